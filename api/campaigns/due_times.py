"""Sees to it that something becomes of every due time: what is due soon has a run, what was missed is dealt with.

Prefect's scheduler makes runs, too, but rarely looks and never back; of two runs, the ledger fires the due time once.
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
from api.prefect.client import PrefectLacks, PrefectRefused
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import last_due, next_due

_log = logging.getLogger(__name__)

_SOON = timedelta(seconds=4)
"""Whatever is due within this time and has no run gets one."""

_AT_ONCE = 20
"""So many missed due times are dealt with in one look, so that they hold up new_firing that is due now."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _OpenDueTime:
    """A due time of which new_firing has become."""

    campaign: Campaign
    at: datetime

    def is_missed(self, now: datetime) -> bool:
        """Tell whether it should have begun long ago."""
        return self.at < now - GRACE


@dataclass(frozen=True, slots=True)
class _Watched:
    """Up to `since` something has become of each due time; the next one is at `next`."""

    version: int
    since: datetime
    next: datetime


class DueTimes:
    """Compares due times with runs and with what has become of them."""

    def __init__(self, resources: Resources, prefect: PrefectCampaigns) -> None:
        self._resources = resources
        self._campaigns = resources.ledger.campaigns
        self._prefect = prefect
        self._watched: dict[int, _Watched] = {}

    async def ensure_runs(self, campaigns: Sequence[Campaign], runs: Sequence[CampaignRun], now: datetime) -> bool:
        """Make the runs that are missing; tell whether there were any."""
        known = {(run.deployment_id, run.due_at) for run in runs}
        active = [one for one in campaigns if one.deployment_id and not one.paused and one.deleted_at is None]
        found = await in_thread(self._open_due_times, active, now)
        missing = [one for one in found if (one.campaign.deployment_id, one.at) not in known]
        return any([await self._settle(one, now) for one in _in_order(missing, now)])

    async def _settle(self, one: _OpenDueTime, now: datetime) -> bool:
        """See to a due time; tell whether it has a run now that it had not."""
        if one.is_missed(now):
            found = await in_thread(decide_due_time, self._resources, one.campaign, Due(one.at))
            if isinstance(found, Firing):
                await in_thread(self._campaigns.fire, found)
                return False
        try:
            run = await self._prefect.ensure_run(one.campaign, one.at)
        except PrefectLacks:  # somebody has just deleted the deployment
            return False
        except PrefectRefused as error:
            return await self._give_up(one, "failed", f"failed: {error.message}", now)
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
        """Return the due times of a campaign of which new_firing has become, and those that come soon."""
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
            note = "it has ended: to go on, give it a later end and resume it"
            self._campaigns.finish(campaign, now, note)
        since = min(waiting, default=max([watched.since, *due])) - timedelta(microseconds=bool(waiting))
        following = next(next_due(settings.schedule, since), _NEVER)
        self._watched[campaign.id] = _Watched(campaign.version, since, following)
        return waiting


def _in_order(missing: Sequence[_OpenDueTime], now: datetime) -> list[_OpenDueTime]:
    """Return what is due now, and after it some of what was missed."""
    missed = sorted((one for one in missing if one.is_missed(now)), key=lambda one: one.at)
    return [*(one for one in missing if not one.is_missed(now)), *missed[:_AT_ONCE]]
