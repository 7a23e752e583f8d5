"""Ensures that every due time of a campaign gets a flow run, or a firing that records why it was missed.

Prefect's scheduler creates runs too, but only now and then, and none for the past. Where a due time has two runs, the
ledger still fires it once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.answers.envelope import Problem
from api.campaigns.deployments import CampaignRun, PrefectCampaigns
from api.campaigns.firing import ENDED_IN_PREFECT, GRACE, MOST_MADE_UP, Due, decide_due_time, new_firing
from api.campaigns.settings import has_ended, settings_of
from api.loops.threads import in_thread
from api.prefect.client import PrefectNotFound, PrefectRefused
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import last_due, next_due
from phonefleet.words import say

_log = logging.getLogger(__name__)

_SOON = timedelta(seconds=4)
"""A due time within this time gets a run, if it has none."""

_AT_ONCE = 20
"""How many missed due times are settled in one round, so that they do not delay those that are due now."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _OpenDueTime:
    """A due time without a firing."""

    campaign: Campaign
    at: datetime

    def is_missed(self, now: datetime) -> bool:
        """Tell whether it should have begun more than `GRACE` ago."""
        return self.at < now - GRACE


@dataclass(frozen=True, slots=True)
class _Watched:
    """How far a version of a campaign was looked at: every due time up to `since` has a firing, the next is `next`."""

    version: int
    since: datetime
    next: datetime


class DueTimes:
    """Compares the due times of campaigns with their flow runs and firings, and creates what is missing."""

    def __init__(self, resources: Resources, prefect: PrefectCampaigns) -> None:
        self._resources = resources
        self._campaigns = resources.ledger.campaigns
        self._prefect = prefect
        self._watched: dict[int, _Watched] = {}

    async def ensure_runs(self, campaigns: Sequence[Campaign], runs: Sequence[CampaignRun], now: datetime) -> bool:
        """Create the missing runs of due times, and settle missed ones; tell whether a run was created."""
        known = {(run.deployment_id, run.due_at) for run in runs}
        active = [one for one in campaigns if one.deployment_id and not one.paused and one.deleted_at is None]
        found = await in_thread(self._open_due_times, active, now)
        missing = [one for one in found if (one.campaign.deployment_id, one.at) not in known]
        return any([await self._settle(one, now) for one in _in_order(missing, now)])

    async def _settle(self, one: _OpenDueTime, now: datetime) -> bool:
        """Create the run of a due time, or record its firing if it was missed; tell whether a run was created."""
        if one.is_missed(now):
            found = await in_thread(decide_due_time, self._resources, one.campaign, Due(one.at))
            if isinstance(found, Firing):
                await in_thread(self._campaigns.fire, found)
                return False
        try:
            run = await self._prefect.ensure_run(one.campaign, one.at)
        except PrefectNotFound:  # somebody has just deleted the deployment
            return False
        except PrefectRefused as error:
            return await self._give_up(
                one, "failed", say("campaigns.failed", "failed: {error}", error=error.message), now
            )
        if run == "ended":
            return await self._give_up(one, "skipped", ENDED_IN_PREFECT, now)
        return run == "made"

    async def _give_up(self, one: _OpenDueTime, outcome: Outcome, reason: str, now: datetime) -> bool:
        if one.at <= now:
            firing = new_firing(self._resources, one.campaign, Due(one.at), outcome, reason)
            await in_thread(self._campaigns.fire, firing)
        return False

    def _open_due_times(self, campaigns: Sequence[Campaign], now: datetime) -> list[_OpenDueTime]:
        found: list[_OpenDueTime] = []
        for campaign in campaigns:
            try:
                found += [_OpenDueTime(campaign, at) for at in self._open_due_times_of(campaign, now)]
            except Problem as problem:
                _log.debug("Campaign %s cannot be read: %s", campaign.id, problem)
        return found

    def _open_due_times_of(self, campaign: Campaign, now: datetime) -> list[datetime]:
        """Return the due times of a campaign that have no firing, from the past and the next seconds."""
        watched = self._watched.get(campaign.id)
        if watched is None or watched.version != campaign.version:
            watched = _Watched(campaign.version, campaign.updated_at, campaign.updated_at)
        if watched.next > now + _SOON:
            return []
        settings = settings_of(campaign.settings)
        due = last_due(settings.schedule, watched.since, now + _SOON, MOST_MADE_UP)
        dealt_with = self._campaigns.dealt_with(campaign.id, due)
        waiting = [at for at in due if at not in dealt_with and (settings.end is None or at <= settings.end)]
        if not waiting and has_ended(settings, now):
            note = say("campaigns.ended_go_give_later_end", "it has ended: to go on, give it a later end and resume it")
            self._campaigns.finish(campaign, now, note)
        since = min(waiting, default=max([watched.since, *due])) - timedelta(microseconds=bool(waiting))
        following = next(next_due(settings.schedule, since), _NEVER)
        self._watched[campaign.id] = _Watched(campaign.version, since, following)
        return waiting


def _in_order(missing: Sequence[_OpenDueTime], now: datetime) -> list[_OpenDueTime]:
    """Return the due times of now, and after them the first `_AT_ONCE` missed ones."""
    missed = sorted((one for one in missing if one.is_missed(now)), key=lambda one: one.at)
    return [*(one for one in missing if not one.is_missed(now)), *missed[:_AT_ONCE]]
