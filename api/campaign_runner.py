"""Runs campaigns: takes up the runs that Prefect plans, waits until each is due, and makes its tasks.

Any number of APIs may do so at once, and any may die at any moment: the ledger deals with each due time once, and a run
that nobody has ended is taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Never
from uuid import UUID

from api.campaign_planner import CampaignPlanner
from api.campaign_sync import CampaignSync
from api.facade import Facade
from api.firing import ENDED_IN_PREFECT, GRACE, Due, fire, nothing
from api.prefect_api import OUTAGES, PrefectRefused, PrefectUnreachable
from api.prefect_campaigns import CampaignRun, PrefectCampaigns
from api.threads import to_end
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.campaigns import Campaign
from phonefleet.loops import every

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=2)
_AHEAD = timedelta(seconds=10)
"""So long before it is due a run is taken up, so that Prefect may be away for a moment."""

_LATE_AT_ONCE = 8
"""So many runs that are late are carried out at once; those that are in time never wait for them."""


class News:
    """Tells the runner that campaigns have changed; may be told from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()

    def tell(self) -> None:
        """Let the wait end."""
        self._loop.call_soon_threadsafe(self._told.set)

    async def wait(self, longest: timedelta) -> None:
        """Wait for news, not longer than this."""
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._told.wait()
        except TimeoutError:
            return
        self._told.clear()


class CampaignRunner:
    """Keeps campaigns and Prefect in step, and carries out what is due."""

    def __init__(self, facade: Facade, news: News) -> None:
        self._facade = facade
        self._news = news
        self._prefect = PrefectCampaigns(facade.prefect)
        self._sync = CampaignSync(facade, self._prefect)
        self._planner = CampaignPlanner(facade, self._prefect)
        self._in_hand: set[UUID] = set()
        self._late = asyncio.Semaphore(_LATE_AT_ONCE)

    async def run(self) -> Never:
        """Run campaigns until cancelled."""
        self._in_hand.clear()
        async with asyncio.TaskGroup() as carrying:
            await every(_EVERY, partial(self.look, carrying), "Campaigns wait", OUTAGES, self._news.wait)

    async def look(self, carrying: asyncio.TaskGroup) -> None:
        """Compare campaigns with Prefect, and take up the runs that are due soon."""
        known = await to_end(self._facade.ledger.campaigns.of_prefect)
        if not known:
            return
        await self._sync.sync(known)
        known = await to_end(self._facade.ledger.campaigns.of_prefect)  # as it is by now
        campaigns = {campaign.deployment_id: campaign for campaign in known if campaign.deleted_at is None}
        now = self._facade.clock.now()
        runs = await self._prefect.runs(now + _AHEAD)
        if await self._planner.plan(known, runs, now):
            runs = await self._prefect.runs(now + _AHEAD)
        for run in runs:
            campaign = campaigns.get(run.deployment_id)
            if campaign is not None and run.id not in self._in_hand:
                self._in_hand.add(run.id)
                carrying.create_task(self._carry(campaign.id, run))

    async def _carry(self, campaign_id: int, run: CampaignRun) -> None:
        """Carry a run out; whatever prevents it, it is taken up again."""
        try:
            await self._carry_out(campaign_id, run)
        except (PrefectUnreachable, PrefectRefused, LedgerUnreachable) as error:
            _log.info("A run of campaign %s waits: %s", campaign_id, error)
        except Exception:  # noqa: BLE001 - the edge of a background task
            _log.exception("A run of campaign %s crashed; it is taken up again", campaign_id)
        finally:
            self._in_hand.discard(run.id)

    async def _carry_out(self, campaign_id: int, run: CampaignRun) -> None:
        campaign = await to_end(self._facade.ledger.campaigns.get, campaign_id)
        if campaign is None:
            return
        due = Due(run.due_at, run.planned, run.id, None if run.planned else run.parameters)
        begins = due.begins(campaign)
        await self._until(begins)
        if begins < self._facade.clock.now() - GRACE:
            async with self._late:
                await self._begin(campaign, run, due)
        else:
            await self._begin(campaign, run, due)

    async def _begin(self, campaign: Campaign, run: CampaignRun, due: Due) -> None:
        if run.state_type == "CANCELLING":
            await self._prefect.end(run.id, "CANCELLED", "Cancelled", "cancelled in Prefect")
        if run.state_type == "RUNNING" or (run.state_type != "CANCELLING" and await self._prefect.begin(run.id)):
            await self._fire(campaign.id, run, due)
        elif run.planned and await self._prefect.has_ended(run.id):
            firing = nothing(self._facade, campaign, due, "skipped", ENDED_IN_PREFECT)
            await to_end(self._facade.ledger.campaigns.fire, firing)

    async def _fire(self, campaign_id: int, run: CampaignRun, due: Due) -> None:
        campaign = await to_end(self._facade.ledger.campaigns.get, campaign_id)  # as it is by now
        if campaign is None:
            await self._prefect.end(run.id, "CANCELLED", "Cancelled", "its campaign was deleted")
            return
        await self._prefect.tell(run.id, await fire(self._facade, campaign, due))
        if run.planned:
            await self._prefect.name(run, campaign)

    async def _until(self, at: datetime) -> None:
        wait = at - self._facade.clock.now()
        await asyncio.sleep(max(wait.total_seconds(), 0))
