"""Asks Prefect which of the runs in hand are to be cancelled, in one request for all of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType

_PAGE = 200


async def to_be_cancelled(client: PrefectClient, flow_run_ids: Collection[UUID]) -> list[UUID]:
    """Return those of the runs whose state is Cancelling or Cancelled."""
    ids = list(flow_run_ids)
    found: list[UUID] = []
    for start in range(0, len(ids), _PAGE):
        runs = await client.read_flow_runs(flow_run_filter=_filter(ids[start : start + _PAGE]), limit=_PAGE)
        found += [run.id for run in runs]
    return found


def _filter(ids: list[UUID]) -> FlowRunFilter:
    types = [StateType.CANCELLING, StateType.CANCELLED]
    return FlowRunFilter(
        id=FlowRunFilterId(any_=ids),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
    )
