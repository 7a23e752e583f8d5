"""Events reach their tasks as they happen, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.agreement.events import hint_in
from api.agreement.observer import Observer, change_of
from api.agreement.reconciler import Reconciler
from api.prefect.client import PrefectApi, Run
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, NewTask, Observed, StateChange, Task, TaskFilter
from phonefleet.runs.states import Status, status_of
from phonefleet.scripts.script import UnknownConfig
from tests.agreement.sides import Converse, Sides, until
from tests.listed import page_of

_NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
_TYPES = ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING", "PAUSED", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"]
_STATES = st.tuples(st.sampled_from(_TYPES), st.sampled_from(["Late", "Suspended", "AwaitingRetry", "Any other"]))


def test_a_task_follows_its_run_while_it_happens(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        async with sides.api():
            for state, name in [("RUNNING", "Running"), ("SCHEDULED", "AwaitingRetry"), ("CANCELLED", "Enough")]:
                await sides.enter(task, state, name=name)
                await until(f"{name} to show", lambda name=name: sides.task(task.id).state == name)
        assert sides.task(task.id).remark == "cancelled in Prefect"

    converse(conversation)


def test_a_run_that_copies_the_tags_of_another_is_a_task_of_its_own(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        earlier = UUID(await sides.started_by_a_person())
        async with sides.api():
            # It looks for runs without tags once it listens; one with tags is known by its event alone.
            await until("the ear for events", lambda: sides.ledger.tasks.by_flow_run(earlier))
            run_id = UUID(await sides.started_by_a_person(tags=[f"task:{task.id}", "source:api"]))

            def adopted() -> Task | None:
                return sides.ledger.tasks.by_flow_run(run_id)

            copy: Task = await until("the adoption", adopted)
        assert copy.id != task.id
        assert sides.task(task.id).flow_run_id == task.flow_run_id

    converse(conversation)


def test_a_new_run_of_ours_is_not_taken_for_a_strangers(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        async with sides.api():
            ids = [sides.created() for _ in range(20)]
            await until("all runs", lambda: sides.ledger.outbox.pending_count() == 0)
            last = sides.task(ids[-1])
            await sides.enter(last, "RUNNING")
            await until("the last event", lambda: sides.task(last.id).status is Status.RUNNING)
        strangers = page_of(sides.ledger, TaskFilter(source="ui"), size=100).items
        assert [task for task in strangers if task.script_config["target_users"] == ["anna"]] == []

    converse(conversation)


class BeforeItsTransactionEnds(PrefectApi):
    """Prefect as it is when an event comes too early: whoever asks for the first time finds no run."""

    asked = False

    async def runs(self, ids: Sequence[UUID], not_in: Sequence[str] = ()) -> list[Run]:
        asked, self.asked = self.asked, True
        return await super().runs(ids, not_in) if asked else []


def test_a_run_of_which_prefect_tells_before_it_has_it_becomes_a_task_later(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        run_id = UUID(await sides.started_by_a_person())
        observer = Observer(sides.ledger, BeforeItsTransactionEnds(sides.client), SystemClock())
        await observer.record([Observed(run_id, change_of("SCHEDULED", "Scheduled", _NOW, None))])
        assert sides.ledger.tasks.by_flow_run(run_id) is None
        await Reconciler(sides.ledger, sides.prefect, observer).sweep()
        task = sides.ledger.tasks.by_flow_run(run_id)
        assert task is not None
        assert (task.source, task.status) == ("ui", Status.PENDING)

    converse(conversation)


def submitted(ledger: Ledger) -> Task:
    new = NewTask("follow", UnknownConfig(), "phone-1", "sample", created_at=_NOW, scheduled_for=_NOW)
    [task_id] = ledger.tasks.create([new])
    ledger.outbox.submitted(task_id, uuid4(), StateChange("SCHEDULED", "Scheduled", _NOW))
    task = ledger.tasks.get(task_id)
    assert task is not None
    return task


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(states=st.lists(_STATES, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_the_newest_state_stays_in_whatever_order_events_come(
    postgres_url: str, states: list[tuple[str, str]], order: Random
) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        task = submitted(ledger)
        assert task.flow_run_id is not None
        changes = [
            change_of(state_type, name, _NOW + timedelta(seconds=number), None)
            for number, (state_type, name) in enumerate(states, 1)
        ]
        events = [*changes, *changes]
        order.shuffle(events)
        for change in events:
            assert ledger.runs.observe([Observed(task.flow_run_id, change)]) == set()
        after = ledger.tasks.get(task.id)
        assert after is not None
        assert (after.state_type, after.state, after.state_at) == (*states[-1], changes[-1].at)
        assert after.status is status_of(*states[-1])
        assert (after.end_time is not None) == (after.status in {Status.COMPLETED, Status.FAILED})


def test_what_is_seen_late_takes_nothing_from_what_the_worker_told(postgres_url: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        task = submitted(ledger)
        assert task.flow_run_id is not None
        at = _NOW + timedelta(seconds=5)
        ledger.tasks.project(task.id, StateChange("FAILED", "Failed", at, remark="why", result={"outcomes": []}))
        ledger.runs.observe([Observed(task.flow_run_id, change_of("FAILED", "Failed", at, "what Prefect knows"))])
        after = ledger.tasks.get(task.id)
        assert after is not None
        assert (after.remark, after.result) == ("why", {"outcomes": []})


def test_a_run_of_no_task_is_named(postgres_url: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        stranger = uuid4()
        assert ledger.runs.observe([Observed(stranger, change_of("RUNNING", "Running", _NOW, None))]) == {stranger}


@pytest.mark.parametrize("missing", ["prefect.state-timestamp", "prefect.state-type"])
def test_an_event_that_tells_no_state_is_left_alone(missing: str) -> None:
    resource = {
        "prefect.resource.id": f"prefect.flow-run.{uuid4()}",
        "prefect.state-timestamp": _NOW.isoformat(),
        "prefect.state-type": "RUNNING",
    }
    assert hint_in({"resource": resource}) is not None
    del resource[missing]
    assert hint_in({"resource": resource}) is None


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {
            "prefect.resource.id": "prefect.flow-run.none",
            "prefect.state-type": "RUNNING",
            "prefect.state-timestamp": "x",
        },
        {
            "prefect.resource.id": "prefect.flow-run.none",
            "prefect.state-type": "RUNNING",
            "prefect.state-timestamp": _NOW.isoformat(),
        },
        {
            "prefect.resource.id": f"prefect.flow-run.{uuid4()}",
            "prefect.state-type": "RUNNING",
            "prefect.state-timestamp": "2026-05-04T12:00:00",
        },
    ],
)
def test_an_event_that_cannot_be_understood_says_so_or_tells_nothing(resource: dict[str, str]) -> None:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        assert hint_in({"resource": resource}) is None


def test_what_an_event_says_of_a_state_changes_nothing_and_only_lets_the_run_be_looked_at(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        assert task.flow_run_id is not None
        nobody = uuid4()
        async with sides.api():
            for run_id in (nobody, task.flow_run_id):
                await sides.prefect.send_events([_claim(run_id, "COMPLETED")])
            await sides.enter(task, "RUNNING")
            await until("the true state", lambda: sides.task(task.id).status is Status.RUNNING)
        assert sides.task(task.id).end_time is None
        assert sides.ledger.tasks.by_flow_run(nobody) is None

    converse(conversation)


def _claim(run_id: UUID, state_type: str) -> dict[str, Any]:
    """Return an event that claims that a run is in a state since tomorrow."""
    return {
        "id": str(uuid4()),
        "event": f"prefect.flow-run.{state_type.title()}",
        "occurred": datetime.now(UTC).isoformat(),
        "resource": {
            "prefect.resource.id": f"prefect.flow-run.{run_id}",
            "prefect.state-type": state_type,
            "prefect.state-name": state_type.title(),
            "prefect.state-timestamp": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        },
        "related": [],
        "payload": {},
    }


def _running(ledger: Ledger) -> tuple[Task, UUID]:
    """Return a task whose run a lane has in hand."""
    task = submitted(ledger)
    assert task.flow_run_id is not None
    ledger.tasks.project(task.id, StateChange("RUNNING", "Running", datetime.now(UTC)))
    return task, task.flow_run_id


@pytest.mark.parametrize("state_type", ["COMPLETED", "FAILED", "CRASHED"])
def test_only_its_lane_tells_how_a_run_ends_that_it_has_in_hand(postgres_url: str, state_type: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        task, run_id = _running(ledger)
        said = Observed(run_id, change_of(state_type, state_type.title(), datetime.now(UTC), "said in Prefect"))
        ledger.runs.observe([said])
        assert _status(ledger, task) is Status.RUNNING
        ledger.tasks.project(task.id, StateChange("COMPLETED", "Completed", datetime.now(UTC)))
        assert _status(ledger, task) is Status.COMPLETED


def test_a_run_whose_lane_says_no_more_may_end_as_prefect_tells(postgres_url: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        task, run_id = _running(ledger)
        ledger.runs.hold([run_id], "host", datetime.now(UTC) - timedelta(hours=1))
        ledger.runs.observe([Observed(run_id, change_of("CRASHED", "Crashed", datetime.now(UTC), None))])
        assert _status(ledger, task) is Status.FAILED


def test_a_person_may_cancel_a_run_that_a_lane_has_in_hand(postgres_url: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        task, run_id = _running(ledger)
        ledger.runs.observe([Observed(run_id, change_of("CANCELLED", "Cancelled", datetime.now(UTC), None))])
        assert _status(ledger, task) is Status.FAILED


def _status(ledger: Ledger, task: Task) -> Status:
    found = ledger.tasks.get(task.id)
    assert found is not None
    return found.status
