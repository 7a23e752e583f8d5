"""Which runs a worker takes for those that a killed one has left."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType

from deployments.worker.prefect.recovery import orphaned_runs, reschedule

MINUTE = timedelta(minutes=1)


class Server:
    """A Prefect server with these runs in hand of somebody."""

    def __init__(self, *runs: FlowRun) -> None:
        self._runs = runs
        self.states: list[State[Any]] = []

    async def read_flow_runs(self, **_: Any) -> list[FlowRun]:
        return list(self._runs)

    async def set_flow_run_state(self, flow_run_id: UUID, state: State[Any], *, force: bool) -> None:
        assert force, flow_run_id
        self.states.append(state)


def running_since(ago: timedelta, expected: datetime | None = None) -> FlowRun:
    state: State[Any] = State(type=StateType.RUNNING, timestamp=datetime.now(UTC) - ago)
    run = FlowRun(id=uuid4(), flow_id=uuid4(), state=state)
    return run.model_copy(update={"expected_start_time": expected})


def found(server: Server, older_than: timedelta, *in_hand: FlowRun) -> list[FlowRun]:
    client = cast("PrefectClient", server)
    before = datetime.now(UTC) - older_than if older_than else None
    return asyncio.run(orphaned_runs(client, "phones", {run.id for run in in_hand}, before))


@pytest.mark.parametrize("ago", [timedelta(0), 5 * MINUTE, -5 * MINUTE])
def test_a_worker_that_starts_takes_all_runs_even_those_that_a_clock_ahead_has_stamped(ago: timedelta) -> None:
    run = running_since(ago)
    assert found(Server(run), timedelta(0)) == [run]


def test_later_it_takes_those_that_nobody_has_touched_for_long_and_never_its_own() -> None:
    old, young, own = running_since(5 * MINUTE), running_since(timedelta(0)), running_since(5 * MINUTE)
    assert found(Server(old, young, own), MINUTE, own) == [old]


def put_back(expected: datetime) -> datetime | None:
    """Return for when a run is scheduled again that was expected to start then."""
    server = Server()
    asyncio.run(reschedule(cast("PrefectClient", server), running_since(MINUTE, expected)))
    return server.states[0].state_details.scheduled_time


def test_a_run_goes_back_to_its_place_before_those_that_came_after_it() -> None:
    expected = datetime.now(UTC) - 5 * MINUTE
    assert put_back(expected) == expected


def test_a_run_whose_clock_was_ahead_goes_again_now() -> None:
    expected = datetime.now(UTC) + 5 * MINUTE
    again = put_back(expected)
    assert again is not None
    assert again < expected
