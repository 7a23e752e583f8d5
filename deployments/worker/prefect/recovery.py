"""Reschedules orphaned runs: those of a worker that was killed, which Prefect would leave Running or Pending for ever.

Repeating such a run is safe: irreversible actions are recorded in the ledger, and the next try checks the screen before
it acts. The retry count does not change.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Scheduled

from phonefleet.words import say

_log = logging.getLogger(__name__)

_PAGE = 200
_IN_HAND = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


async def orphaned_runs(
    client: PrefectClient, pool: str, in_hand: Collection[UUID], before: datetime | None
) -> list[FlowRun]:
    """Return the pool's runs that have been Pending, Running or Cancelling since `before` and are not `in_hand`.

    With None, whatever their time: after the clock was set back, it lies ahead.
    """
    return [
        run
        for run in await _unfinished(client, pool)
        if run.id not in in_hand and run.state and (before is None or run.state.timestamp <= before)
    ]


async def reschedule(client: PrefectClient, flow_run: FlowRun) -> State:
    """Put the run back to its place in the queue, or cancel it if it was Cancelling. Return the new state."""
    message = say("worker.worker_ran_gone", "the worker that ran it is gone")
    if flow_run.state and flow_run.state.is_cancelling():
        state: State = Cancelled(message=flow_run.state.message or message)
    else:
        state = Scheduled(scheduled_time=place_of(flow_run), message=f"{message}: it goes again")
    await client.set_flow_run_state(flow_run.id, state, force=True)
    _log.warning("flow run %s (%s): %s", flow_run.name, flow_run.id, state.message)
    return state


def place_of(flow_run: FlowRun) -> datetime:
    """Return the scheduled time that puts a run back to where it stood in its queue: before those that came after it.

    With the present time it would go behind everything that waits for its phone, and undo what was asked for later: an
    unfollow would come before its follow.
    """
    now = datetime.now(UTC)
    return min(flow_run.expected_start_time or now, now)


async def _unfinished(client: PrefectClient, pool: str) -> list[FlowRun]:
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_IN_HAND))),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
            limit=_PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < _PAGE:
            return found
