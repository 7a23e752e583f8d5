"""Asks Prefect and the ledger which of the runs in hand are to be stopped, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType

from phonefleet.ledger.ledger import Ledger
from phonefleet.words import say

SUSPENDED = "Suspended"
"""The name of the state of a run that a person has suspended; it waits until it is resumed."""

_PAGE = 200
_REASON = say("worker.cancelled_prefect", "cancelled in Prefect")
"""The reason where none is given: the Prefect UI and its command line send none."""


@dataclass(frozen=True, slots=True)
class Stops:
    """What people want of runs in hand: to end as cancelled, with the reasons, or to rest until they are resumed."""

    cancelled: Mapping[UUID, str]
    suspended: frozenset[UUID]


async def stopped_runs(client: PrefectClient, flow_run_ids: Collection[UUID]) -> Stops:
    """Return those of these runs that are Cancelling, Cancelled or Suspended in Prefect."""
    ids = list(flow_run_ids)
    found: list[FlowRun] = []
    for start in range(0, len(ids), _PAGE):
        found += await client.read_flow_runs(flow_run_filter=_filter(ids[start : start + _PAGE]), limit=_PAGE)
    paused = [run for run in found if run.state_type is StateType.PAUSED]
    return Stops(
        {run.id: (run.state and run.state.message) or _REASON for run in found if run not in paused},
        frozenset(run.id for run in paused if run.state_name == SUSPENDED),
    )


async def recalled_runs(ledger: Ledger, flow_run_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the reasons of those runs that the ledger has a recall for, by run id; Prefect may not know of it yet."""
    return await asyncio.to_thread(ledger.recalls.of_runs, list(flow_run_ids))


def _filter(ids: list[UUID]) -> FlowRunFilter:
    types = [StateType.CANCELLING, StateType.CANCELLED, StateType.PAUSED]
    return FlowRunFilter(
        id=FlowRunFilterId(any_=ids),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
    )
