"""The loop that runs campaigns: takes up their scheduled flow runs, waits until each is due, and fires it.

Several APIs may do so at once, and each may die at any moment: the ledger fires each due time once, and a run that has
not ended is taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Never
from uuid import UUID

from api.campaigns.deployments import CampaignRun, PrefectCampaigns
from api.campaigns.due_times import DueTimes
from api.campaigns.firing import ENDED_IN_PREFECT, GRACE, Due, fire, new_firing
from api.campaigns.sync import CampaignSync
from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectRefused, PrefectUnreachable
from api.resources import Resources
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.loops import every
from phonefleet.words import say

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=2)
_AHEAD = timedelta(seconds=10)
"""How long before its due time a run is taken up, so that a short outage of Prefect delays nothing."""

_LATE_AT_ONCE = 8
"""How many late runs are carried out at once; runs that are in time do not wait for them."""


class News:
    """Wakes the runner when campaigns have changed; `tell` may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()

    def tell(self) -> None:
        """Wake the runner."""
        self._loop.call_soon_threadsafe(self._told.set)

    async def wait(self, longest: timedelta) -> None:
        """Wait until `tell` is called, or for the longest time."""
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._told.wait()
        except TimeoutError:
            return
        self._told.clear()


class CampaignRunner:
    """Keeps campaigns and Prefect in sync, and carries out the runs that are due."""

    def __init__(self, resources: Resources, news: News) -> None:
        self._resources = resources
        self._news = news
        self._prefect = PrefectCampaigns(resources.prefect, resources.zone)
        self._sync = CampaignSync(resources, self._prefect)
        self._due_times = DueTimes(resources, self._prefect)
        self._in_hand: set[UUID] = set()
        self._late = asyncio.Semaphore(_LATE_AT_ONCE)

    async def run(self) -> Never:
        """Run campaigns until cancelled."""
        self._in_hand.clear()
        async with asyncio.TaskGroup() as carrying:
            await every(_EVERY, partial(self.look, carrying), "Campaigns wait", OUTAGES, self._news.wait)

    async def look(self, carrying: asyncio.TaskGroup) -> None:
        """Sync campaigns with Prefect, create missing runs, and start a task in `carrying` for each run due soon."""
        known = await in_thread(self._resources.ledger.campaigns.to_sync)
        if not known:
            return
        await self._sync.sync(known)
        known = await in_thread(self._resources.ledger.campaigns.to_sync)  # as it is by now
        campaigns = {campaign.deployment_id: campaign for campaign in known if campaign.deleted_at is None}
        now = self._resources.clock.now()
        runs = await self._prefect.runs(now + _AHEAD)
        if await self._due_times.ensure_runs(known, runs, now):
            runs = await self._prefect.runs(now + _AHEAD)
        for run in runs:
            campaign = campaigns.get(run.deployment_id)
            if campaign is not None and run.id not in self._in_hand:
                self._in_hand.add(run.id)
                carrying.create_task(self._carry(campaign.id, run))

    async def _carry(self, campaign_id: int, run: CampaignRun) -> None:
        """Carry a run out; after any error it is taken up again in a later round."""
        try:
            await self._carry_out(campaign_id, run)
        except (PrefectUnreachable, PrefectRefused, LedgerUnreachable) as error:
            _log.info("A run of campaign %s waits: %s", campaign_id, error)
        except Exception:  # noqa: BLE001 - the edge of a background task
            _log.exception("A run of campaign %s crashed; it is taken up again", campaign_id)
        finally:
            self._in_hand.discard(run.id)

    async def _carry_out(self, campaign_id: int, run: CampaignRun) -> None:
        campaign = await in_thread(self._resources.ledger.campaigns.get, campaign_id)
        if campaign is None:
            return
        due = Due(run.due_at, run.by_schedule, run.id, None if run.by_schedule else run.parameters)
        begins = due.begins(campaign)
        await self._until(begins)
        if begins < self._resources.clock.now() - GRACE:
            async with self._late:
                await self._begin(campaign, run, due)
        else:
            await self._begin(campaign, run, due)

    async def _begin(self, campaign: Campaign, run: CampaignRun, due: Due) -> None:
        if run.state_type == "CANCELLING":
            await self._prefect.end(
                run.id, "CANCELLED", "Cancelled", say("campaigns.cancelled_prefect", "cancelled in Prefect")
            )
        if run.state_type == "RUNNING" or (run.state_type != "CANCELLING" and await self._prefect.set_running(run.id)):
            await self._fire(campaign.id, run, due)
        elif run.by_schedule and await self._prefect.has_ended(run.id):
            firing = new_firing(self._resources, campaign, due, "skipped", ENDED_IN_PREFECT)
            await in_thread(self._resources.ledger.campaigns.fire, firing)

    async def _fire(self, campaign_id: int, run: CampaignRun, due: Due) -> None:
        campaign = await in_thread(self._resources.ledger.campaigns.get, campaign_id)  # as it is by now
        if campaign is None:
            await self._prefect.end(
                run.id, "CANCELLED", "Cancelled", say("campaigns.campaign_deleted", "its campaign was deleted")
            )
            return
        await self._prefect.end_with(run.id, await fire(self._resources, campaign, due))
        if run.by_schedule:
            await self._prefect.set_name(run, campaign)

    async def _until(self, at: datetime) -> None:
        wait = at - self._resources.clock.now()
        await asyncio.sleep(max(wait.total_seconds(), 0))
