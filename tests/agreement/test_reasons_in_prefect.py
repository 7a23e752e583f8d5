"""Why a run waits is shown in Prefect, once for each reason, and without disturbing the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.agreement.reasons import LOGGER, ReasonTeller
from api.prefect.client import PrefectRefused
from api.tasks.waiting import WaitingReasons
from phonefleet.clock import SystemClock
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.runs.queues import queue_name
from phonefleet.settings import POOL
from phonefleet.waiting import PrefectFacts
from tests.agreement.sides import Converse, Sides


class Passing(SystemClock):
    """A clock that a test moves."""

    passed = timedelta(minutes=1)

    def now(self) -> datetime:
        return super().now() + self.passed

    def monotonic(self) -> float:
        return super().monotonic() + self.passed.total_seconds()


Talk = Callable[[Sides, ReasonTeller, Passing], Any]


def telling(converse: Converse, talk: Talk) -> None:
    """Let a test talk to both sides and to what tells reasons."""

    async def conversation(sides: Sides) -> None:
        assert sides.settings.database_url is not None
        reader, clock = TaskReader(sides.settings.database_url.get_secret_value()), Passing()
        try:
            await talk(sides, teller(sides, reader, clock), clock)
        finally:
            await reader.close()

    converse(conversation)


def teller(sides: Sides, reader: TaskReader, clock: SystemClock) -> ReasonTeller:
    waiting = WaitingReasons(reader, PrefectFacts, clock, UTC)
    return ReasonTeller(sides.ledger, sides.prefect, waiting, sides.settings, clock)


async def away(sides: Sides, serial: str = "phone-1") -> Task:
    """Create a task for a phone that is offline, with its run."""
    sides.ledger.devices.seen(serial, "absent", "desk")
    sides.ledger.devices.set_alias(serial, "front_desk")
    return await sides.submitted(serial)


async def run_of(sides: Sides, task: Task) -> dict[str, Any]:
    return (await sides.client.get(f"/flow_runs/{task.flow_run_id}")).json()


async def told(sides: Sides, task: Task) -> list[str]:
    wanted = {"logs": {"flow_run_id": {"any_": [str(task.flow_run_id)]}}, "sort": "TIMESTAMP_ASC"}
    lines = (await sides.client.post("/logs/filter", json=wanted)).json()
    return [line["message"] for line in lines if line["name"] == LOGGER]


async def histories(sides: Sides, task: Task) -> list[str]:
    states = (await sides.client.get("/flow_run_states/", params={"flow_run_id": str(task.flow_run_id)})).json()
    return [state["name"] for state in states]


async def offered(sides: Sides, *tasks: Task) -> list[int]:
    """Return those of these tasks whose runs a worker of the phone is offered, in their order."""
    ours = {str(task.flow_run_id): task.id for task in tasks}
    wanted = {"work_queue_names": [queue_name(tasks[0].serial)]}
    runs = (await sides.client.post(f"/work_pools/{POOL}/get_scheduled_flow_runs", json=wanted)).json()
    return [ours[run["flow_run"]["id"]] for run in runs if run["flow_run"]["id"] in ours]


def test_an_overdue_run_is_late_and_says_why(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, _: Passing) -> None:
        task, second = await away(sides, "alone"), await sides.submitted("alone")
        before = await run_of(sides, task)
        assert await offered(sides, task, second) == [task.id, second.id]
        await reasons.tell()
        after = await run_of(sides, task)
        assert (after["state_type"], after["state_name"]) == ("SCHEDULED", "Late")
        assert after["state"]["message"].startswith("front_desk is offline since ")
        assert after["state"]["message"].endswith(
            ": the task waits until it is connected. Later reasons are lines of its log."
        )
        kept = ("next_scheduled_start_time", "expected_start_time", "work_queue_name", "parameters", "tags")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        assert await offered(sides, task, second) == [task.id, second.id]
        [line] = await told(sides, task)
        assert line in after["state"]["message"]

    telling(converse, talk)


def test_a_reason_is_told_once_however_often_it_is_looked_at_and_by_whom(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, clock: Passing) -> None:
        task = await away(sides)
        for _ in range(3):
            await reasons.tell()
            clock.passed += timedelta(minutes=2)
        await sides.reconciler.catch_up()
        await sides.observer.record_runs(await sides.prefect.runs([_id(task)]))
        assert sides.task(task.id).state == "Late"
        assert sides.settings.database_url is not None
        reader = TaskReader(sides.settings.database_url.get_secret_value())
        await teller(sides, reader, clock).tell()  # an API that has started anew
        await reader.close()
        assert len(await told(sides, task)) == 1
        assert await histories(sides, task) == ["Scheduled", "Late"]

    telling(converse, talk)


def test_each_further_reason_is_a_line_of_the_log(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, clock: Passing) -> None:
        task = await away(sides)
        await reasons.tell()
        sides.ledger.devices.change("phone-1", enabled=False)
        await reasons.tell()
        assert len(await told(sides, task)) == 1  # a reason stands for a minute at least
        clock.passed += timedelta(minutes=2)
        await reasons.tell()
        assert (await told(sides, task))[1:] == ["front_desk is disabled: the task waits until it is enabled"]
        assert await histories(sides, task) == ["Scheduled", "Late"]

    telling(converse, talk)


def test_its_turn_is_told_without_the_numbers_that_change_all_the_time(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, clock: Passing) -> None:
        first, second, third = await away(sides), await sides.submitted(), await sides.submitted()
        sides.ledger.devices.seen("phone-1", "device", "desk")
        await reasons.tell()
        sides.ledger.tasks.delete([first.id], clock.now())
        clock.passed += timedelta(minutes=2)
        await reasons.tell()
        turn = "it waits for its turn on front_desk: one run at a time works on a phone, and others come first"
        assert (await told(sides, first), await told(sides, third)) == ([], [turn])
        assert await told(sides, second) == [turn]

    telling(converse, talk)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "COMPLETED", "CANCELLED", "FAILED"])
def test_a_run_that_is_taken_at_the_same_moment_is_not_disturbed(converse: Converse, state: str) -> None:
    async def talk(sides: Sides, _: ReasonTeller, __: Passing) -> None:
        task = await away(sides)
        [read] = await sides.prefect.runs([_id(task)])
        assert read.next_start is not None
        await sides.enter(task, state)  # after it was read as scheduled
        assert not await sides.prefect.mark_late(read.id, read.next_start, "too late")
        assert await sides.state_in_prefect(task) == (state, None)

    telling(converse, talk)


def test_a_run_that_starts_later_or_waits_for_nothing_is_left_alone(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, clock: Passing) -> None:
        task = await away(sides)
        sides.ledger.devices.seen("phone-1", "device", "desk")
        await reasons.tell()  # nothing stands in its way
        sides.ledger.devices.seen("phone-1", "absent", "desk")
        clock.passed = timedelta(0)
        await reasons.tell()  # it is not overdue yet
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        await sides.enter(task, "SCHEDULED", name="Scheduled", state_details={"scheduled_time": later})
        clock.passed = timedelta(minutes=1)
        await reasons.tell()  # a person has put it off in Prefect
        assert (await told(sides, task), await histories(sides, task)) == ([], ["Scheduled", "Scheduled"])

    telling(converse, talk)


def test_a_round_tells_of_so_many_runs_only(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, _: Passing) -> None:
        tasks = [await away(sides), *[await sides.submitted() for _ in range(24)]]
        await reasons.tell()
        assert len(await _late(sides, tasks)) == 20
        await reasons.tell()
        assert len(await _late(sides, tasks)) == 25

    telling(converse, talk)


def test_few_runs_of_a_round_merely_wait_for_their_turn(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, _: Passing) -> None:
        first = await away(sides)
        sides.ledger.devices.seen("phone-1", "device", "desk")
        rest = [await sides.submitted() for _ in range(5)]
        await reasons.tell()
        assert await _late(sides, rest) == rest[:3]
        await reasons.tell()
        assert await _late(sides, [first, *rest]) == rest

    telling(converse, talk)


async def _late(sides: Sides, tasks: list[Task]) -> list[Task]:
    return [task for task in tasks if (await run_of(sides, task))["state_name"] == "Late"]


def test_a_late_run_can_still_be_stopped_and_begun(converse: Converse) -> None:
    async def talk(sides: Sides, reasons: ReasonTeller, _: Passing) -> None:
        stopped, begun = await away(sides), await sides.submitted()
        await reasons.tell()
        await sides.prefect.cancel(_id(stopped), "stopped")
        assert (await sides.state_in_prefect(stopped))[0] == "CANCELLED"
        for state in ("PENDING", "RUNNING"):
            answer = await sides.client.post(
                f"/flow_runs/{begun.flow_run_id}/set_state", json={"state": {"type": state}}
            )
            assert answer.json()["status"] == "ACCEPT"

    telling(converse, talk)


def test_the_api_shows_reasons_in_prefect_by_itself(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await away(sides)
        async with sides.api():
            async with asyncio.timeout(90):
                while not await told(sides, task):  # noqa: ASYNC110 - Prefect sends no event of it
                    await asyncio.sleep(0.2)
        with pytest.raises(PrefectRefused):
            await sides.prefect.call("POST", "/logs/", [{"name": LOGGER}])

    converse(conversation)


def _id(task: Task) -> UUID:
    assert task.flow_run_id is not None
    return task.flow_run_id
