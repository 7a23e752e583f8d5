"""Makes the runs that Prefect's own scheduler has not made in time: it looks rarely, and never back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from api.campaigns import settings_of
from api.facade import Facade
from api.firing import GRACE
from api.prefect_campaigns import CampaignRun, PrefectCampaigns
from api.threads import to_end
from phonefleet.ledger.campaigns import Campaign
from phonefleet.schedules import next_due

_SOON = timedelta(seconds=4)
"""Whatever is due within this time and has no run gets one."""

_MOST = 200
"""As many due times of one campaign are made up for at once."""


class CampaignPlanner:
    """Compares due times with runs."""

    def __init__(self, facade: Facade, prefect: PrefectCampaigns) -> None:
        self._facade = facade
        self._prefect = prefect

    async def plan(self, campaigns: Sequence[Campaign], runs: Sequence[CampaignRun], now: datetime) -> bool:
        """Make the runs that are missing; tell whether there were any."""
        known = {(run.deployment_id, run.due_at) for run in runs}
        active = [one for one in campaigns if one.deployment_id and not one.paused and one.deleted_at is None]
        due = await to_end(self._due, active, now)
        missing = [(one, at) for one, at in due if (one.deployment_id, at) not in known]
        made = [await self._prefect.plan(campaign, at) for campaign, at in missing]
        return any(made)

    def _due(self, campaigns: Sequence[Campaign], now: datetime) -> list[tuple[Campaign, datetime]]:
        last = self._facade.ledger.campaigns.last_firings([campaign.id for campaign in campaigns])
        found: list[tuple[Campaign, datetime]] = []
        for campaign in campaigns:
            done = last.get(campaign.id)
            since = campaign.updated_at if done is None else max(done.due_at, campaign.updated_at)
            found += [(campaign, at) for at in _wanted(campaign, since, now)]
        return found


def _wanted(campaign: Campaign, since: datetime, now: datetime) -> Iterator[datetime]:
    """Yield the due times since an instant that are to be dealt with, and those that come soon."""
    settings = settings_of(campaign.settings)
    times = list(takewhile(lambda at: at <= now + _SOON, next_due(settings.schedule, since)))
    late = [at for at in times if at < now - GRACE - timedelta(seconds=settings.jitter)]
    kept = {"none": 0, "last": 1, "all": _MOST}[settings.catch_up]
    yield from late[:kept] if settings.catch_up == "all" else late[len(late) - kept :]
    yield from times[len(late) :]
