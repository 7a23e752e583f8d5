"""Asks Prefect and the ledger which of the runs in hand are to be stopped, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType

from phonefleet.ledger.ledger import Ledger
from phonefleet.words import say

_PAGE = 200
_REASON = say("worker.cancelled_prefect", "cancelled in Prefect")
"""The reason where none is given: the Prefect UI and its command line send none."""


async def cancelled_runs(client: PrefectClient, flow_run_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the reasons of those runs whose state in Prefect is Cancelling or Cancelled, by run id."""
    ids = list(flow_run_ids)
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), _PAGE):
        runs = await client.read_flow_runs(flow_run_filter=_filter(ids[start : start + _PAGE]), limit=_PAGE)
        found |= {run.id: (run.state and run.state.message) or _REASON for run in runs}
    return found


async def recalled_runs(ledger: Ledger, flow_run_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the reasons of those runs that the ledger has a recall for, by run id; Prefect may not know of it yet."""
    return await asyncio.to_thread(ledger.recalls.of_runs, list(flow_run_ids))


def _filter(ids: list[UUID]) -> FlowRunFilter:
    types = [StateType.CANCELLING, StateType.CANCELLED]
    return FlowRunFilter(
        id=FlowRunFilterId(any_=ids),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
    )
