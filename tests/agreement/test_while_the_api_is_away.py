"""What happens in Prefect while the API is away shows in the API as soon as it is back."""

from __future__ import annotations

from uuid import UUID

import pytest

from phonefleet.ledger import Task
from phonefleet.runs.states import Status
from tests.agreement.sides import Converse, Sides, until


@pytest.mark.parametrize(
    ("state", "name", "status"),
    [
        ("RUNNING", "Running", Status.RUNNING),
        ("PAUSED", "Paused", Status.RUNNING),
        ("PAUSED", "Suspended", Status.PENDING),
        ("COMPLETED", "Completed", Status.COMPLETED),
        ("CANCELLED", "Cancelled", Status.FAILED),
        ("CRASHED", "Lost", Status.FAILED),
    ],
)
def test_a_state_that_was_missed_is_caught_up(converse: Converse, state: str, name: str, status: Status) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        await sides.enter(task, state, name=name)
        async with sides.api():
            await until(f"{name} to show", lambda: sides.task(task.id).state == name)
        assert sides.task(task.id).status is status

    converse(conversation)


def test_a_task_that_had_ended_and_goes_again_is_caught_up(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        await sides.enter(task, "FAILED", message="no such person")
        async with sides.api():
            await until("the failure", lambda: sides.task(task.id).remark == "no such person")
        await sides.enter(task, "SCHEDULED", name="AwaitingRetry")
        async with sides.api():
            await until("the retry", lambda: sides.task(task.id).state == "AwaitingRetry")
        again = sides.task(task.id)
        assert (again.status, again.retry_count, again.remark) == (Status.PENDING, 1, None)

    converse(conversation)


@pytest.mark.parametrize("state", ["SCHEDULED", "RUNNING"])
def test_a_run_that_a_person_started_becomes_a_task(converse: Converse, state: str) -> None:
    async def conversation(sides: Sides) -> None:
        run_id = UUID(await sides.started_by_a_person(state={"type": state}))

        def adopted() -> Task | None:
            return sides.ledger.tasks.by_flow_run(run_id)

        async with sides.api():
            task: Task = await until("the adoption", adopted)
        assert (task.source, task.serial, task.script_name) == ("ui", "phone-1", "follow")
        assert task.script_config == {"target_users": ["bob"]}

    converse(conversation)


def test_a_deleted_run_fails_its_task_waiting_or_running(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        waiting, running, kept = [await sides.submitted() for _ in range(3)]
        await sides.enter(running, "RUNNING")
        await sides.reconciler.sweep()
        for task in (waiting, running):
            (await sides.client.delete(f"/flow_runs/{task.flow_run_id}")).raise_for_status()
        await sides.reconciler.sweep()
        assert {sides.task(task.id).remark for task in (waiting, running)} == {"its flow run was deleted in Prefect"}
        assert sides.task(kept.id).status is Status.PENDING
        assert running.flow_run_id is not None
        assert running.flow_run_id in sides.ledger.recalls.of_runs([running.flow_run_id])

    converse(conversation)
