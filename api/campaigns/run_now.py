"""Runs a campaign on request, as if a person had started a run of its deployment in Prefect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from api.campaigns.deployments import PrefectCampaigns
from api.campaigns.firing import Due, fire
from api.prefect.client import PrefectRefused, PrefectUnreachable
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing

_log = logging.getLogger(__name__)

T = TypeVar("T")

_PATIENCE = timedelta(seconds=3)
"""How long to wait for Prefect. The tasks are created without it; a run that it creates later ends as they did."""


async def run_now(resources: Resources, campaign: Campaign) -> Firing:
    """Create the tasks of a campaign now. After a crash in between, the runner carries out the run in Prefect."""
    prefect, at = PrefectCampaigns(resources.prefect, resources.zone), resources.clock.now()
    run_id = await _started(prefect, campaign, at)
    firing = await fire(resources, campaign, Due(at, by_schedule=False, flow_run_id=run_id))
    if run_id is not None:
        await _if_possible(prefect.end_with(run_id, firing))
    return firing


async def _started(prefect: PrefectCampaigns, campaign: Campaign, at: datetime) -> UUID | None:
    """Start a run in Prefect and return its id; None when Prefect has no deployment yet, or cannot be reached."""
    if campaign.deployment_id is None:
        return None
    return await _if_possible(_begun(prefect, campaign, at))


async def _begun(prefect: PrefectCampaigns, campaign: Campaign, at: datetime) -> UUID:
    run_id = await prefect.create_run(campaign, at)
    await prefect.set_running(run_id)
    return run_id


async def _if_possible(call: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            return await call
    except (PrefectUnreachable, PrefectRefused, TimeoutError) as error:
        _log.info("Prefect does not hear of a run that somebody has asked for: %s", error)
        return None
