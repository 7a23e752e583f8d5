"""Syncs campaigns with their deployments in Prefect, in both directions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.answers.envelope import Problem
from api.campaigns.deployments import PrefectCampaigns, is_paused, prefect_schedule, read_schedule
from api.campaigns.settings import checked, readable, settings_of
from api.loops.threads import in_thread
from api.prefect.client import PrefectRefused
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.words import say

_log = logging.getLogger(__name__)

UNHEARD = say("campaigns.prefect_does_not_here", "Prefect does not have it as it is here")
DELETED = say(
    "campaigns.deployment_deleted_prefect_resume_make",
    "its deployment was deleted in Prefect: resume it to make another",
)


class CampaignSync:
    """Compares campaigns with their deployments. Where both were changed, the change here wins, even the older one."""

    def __init__(self, resources: Resources, prefect: PrefectCampaigns) -> None:
        self._resources = resources
        self._campaigns = resources.ledger.campaigns
        self._prefect = prefect
        self._said: dict[int, tuple[int, str]] = {}

    async def sync(self, campaigns: Sequence[Campaign]) -> None:
        """Bring all campaigns and deployments into agreement."""
        deployments = await self._prefect.deployments()
        for campaign in campaigns:
            try:
                await self._sync(campaign, deployments)
            except (PrefectRefused, Problem) as error:
                await self._say(campaign, error.message)

    async def _say(self, campaign: Campaign, what: str) -> None:
        """Log and note, once for each version, why a campaign cannot be written to Prefect."""
        if self._said.get(campaign.id) != (campaign.version, what):
            self._said[campaign.id] = (campaign.version, what)
            _log.warning("Prefect does not hear of campaign %s: %s", campaign.name, what)
            await in_thread(self._campaigns.set_note, campaign.id, f"{UNHEARD}: {what}")

    async def _sync(self, campaign: Campaign, deployments: dict[UUID, dict[str, Any]]) -> None:
        seen = None if campaign.deployment_id is None else deployments.get(campaign.deployment_id)
        if campaign.deleted_at is not None:
            await self._forget(campaign)
        elif campaign.version != campaign.synced_version:
            deployment_id, now_seen = await self._prefect.put(campaign)
            known = (
                now_seen if await in_thread(self._matches, campaign, now_seen) else None
            )  # what is unknown is taken over
            await in_thread(self._campaigns.synced, campaign.id, campaign.version, deployment_id, known)
            if campaign.note is not None and campaign.note.startswith(UNHEARD):
                await in_thread(self._campaigns.set_note, campaign.id, None)
        elif campaign.deployment_id is not None and seen is None:
            await self._record_take_over(campaign, DELETED, paused=True, deployment_id=None, seen=None)
        elif seen is not None and seen != campaign.seen:
            await self._take_over(campaign, seen)

    async def _forget(self, campaign: Campaign) -> None:
        if campaign.deployment_id is not None:
            await self._prefect.delete(campaign.deployment_id)
        await in_thread(self._campaigns.synced, campaign.id, campaign.version, None, None)

    async def _take_over(self, campaign: Campaign, seen: dict[str, Any]) -> None:
        """Store what a person has changed in Prefect; a change that cannot work is undone there, with a note."""
        try:
            settings, is_otherwise = await in_thread(self._read, campaign, seen)
        except Problem as problem:
            note = say(
                "campaigns.change_prefect_not_taken_over",
                "a change in Prefect was not taken over: {problem}",
                problem=problem.message,
            )
            await in_thread(self._campaigns.set_note_and_resync, campaign.id, note)
            return
        await self._record_take_over(campaign, None, settings=settings, paused=is_paused(seen), seen=seen)
        if is_otherwise:
            await in_thread(self._campaigns.change, campaign.id, self._resources.clock.now())
        _log.info("Campaign %s was changed in Prefect", campaign.name)

    async def _record_take_over(self, campaign: Campaign, note: str | None, **values: Any) -> None:
        await in_thread(self._campaigns.take_over, campaign, self._resources.clock.now(), note, **values)

    def _matches(self, campaign: Campaign, seen: dict[str, Any]) -> bool:
        """Tell whether a deployment has the campaign's settings; a person may have changed it at once."""
        try:
            settings, _ = self._read(campaign, seen)
        except Problem:
            return False
        return settings == campaign.settings and is_paused(seen) == campaign.paused

    def _read(self, campaign: Campaign, seen: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Return the settings of a deployment, and whether it has to be written again.

        It has to if it holds a key in plain text, or an interval of days, which Prefect counts in another way.
        Raises `Problem`.
        """
        now = readable(campaign.settings)
        schedules: list[dict[str, Any]] = seen["schedules"]
        chosen = [each["schedule"] for each in schedules if each["active"]] or [each["schedule"] for each in schedules]
        if len(chosen) > 1:
            raise Problem(
                0,
                say(
                    "campaigns.campaign_one_schedule_not",
                    "a campaign has one schedule, not {number}",
                    number=len(chosen),
                ),
            )
        schedule: Any = read_schedule(chosen[0]) if chosen else campaign.settings.get("schedule")
        is_ours = now is not None and schedule == read_schedule(prefect_schedule(now.schedule))
        settings = settings_of({**seen["parameters"], "schedule": now.schedule if now and is_ours else schedule})
        if settings == now:
            return campaign.settings, False
        stored = checked(self._resources, settings)
        sealed = settings.task.script_config != stored["task"]["script_config"]
        return stored, sealed or (settings.schedule.rule is not None and not is_ours)
