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
from api.campaigns.firing import ENDED_IN_PREFECT, GRACE, MOST_MADE_UP, Due, judged, nothing
from api.campaigns.settings import has_ended, settings_of
from api.loops.threads import to_end
from api.prefect.client import PrefectLacks, PrefectRefused
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import last_due, next_due

_log = logging.getLogger(__name__)

_SOON = timedelta(seconds=4)
"""Whatever is due within this time and has no run gets one."""

_AT_ONCE = 20
"""So many missed due times are dealt with in one look, so that they hold up nothing that is due now."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Open:
    """A due time of which nothing has become."""

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


class CampaignPlanner:
    """Compares due times with runs and with what has become of them."""

    def __init__(self, resources: Resources, prefect: PrefectCampaigns) -> None:
        self._resources = resources
        self._campaigns = resources.ledger.campaigns
        self._prefect = prefect
        self._watched: dict[int, _Watched] = {}

    async def plan(self, campaigns: Sequence[Campaign], runs: Sequence[CampaignRun], now: datetime) -> bool:
        """Make the runs that are missing; tell whether there were any."""
        known = {(run.deployment_id, run.due_at) for run in runs}
        active = [one for one in campaigns if one.deployment_id and not one.paused and one.deleted_at is None]
        found = await to_end(self._open, active, now)
        missing = [one for one in found if (one.campaign.deployment_id, one.at) not in known]
        return any([await self._settle(one, now) for one in _in_turn(missing, now)])

    async def _settle(self, one: _Open, now: datetime) -> bool:
        """See to a due time; tell whether it has a run now that it had not."""
        if one.is_missed(now):
            found = await to_end(judged, self._resources, one.campaign, Due(one.at))
            if isinstance(found, Firing):
                await to_end(self._campaigns.fire, found)
                return False
        try:
            planned = await self._prefect.plan(one.campaign, one.at)
        except PrefectLacks:  # somebody has just deleted the deployment
            return False
        except PrefectRefused as error:
            return await self._give_up(one, "failed", f"failed: {error.message}", now)
        if planned == "ended":
            return await self._give_up(one, "skipped", ENDED_IN_PREFECT, now)
        return planned == "made"

    async def _give_up(self, one: _Open, outcome: Outcome, reason: str, now: datetime) -> bool:
        if one.at <= now:
            firing = nothing(self._resources, one.campaign, Due(one.at), outcome, reason)
            await to_end(self._campaigns.fire, firing)
        return False

    def _open(self, campaigns: Sequence[Campaign], now: datetime) -> list[_Open]:
        found: list[_Open] = []
        for campaign in campaigns:
            try:
                found += [_Open(campaign, at) for at in self._open_of(campaign, now)]
            except Problem as problem:
                _log.debug("Campaign %s cannot be read: %s", campaign.id, problem)
        return found

    def _open_of(self, campaign: Campaign, now: datetime) -> list[datetime]:
        """Return the due times of a campaign of which nothing has become, and those that come soon."""
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


def _in_turn(missing: Sequence[_Open], now: datetime) -> list[_Open]:
    """Return what is due now, and after it some of what was missed."""
    missed = sorted((one for one in missing if one.is_missed(now)), key=lambda one: one.at)
    return [*(one for one in missing if not one.is_missed(now)), *missed[:_AT_ONCE]]
