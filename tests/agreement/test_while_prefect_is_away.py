"""What is asked of the API while Prefect is away is kept in the ledger, and done when Prefect is back."""

from __future__ import annotations

import pytest

from api.agreement.submitter import flow_run_of
from api.prefect.client import PrefectUnreachable
from deployments.postgres import EmbeddedPostgres
from phonefleet.runs.keys import run_key
from phonefleet.runs.states import Status
from tests.agreement.sides import NOWHERE, Converse, Sides
from tests.outages import prefects_database


def test_a_stop_of_a_waiting_task_is_kept_and_carried_out_later(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        async with sides.api(prefect_api_url=NOWHERE) as api:
            stopped = (await api.post(f"/task/{task.id}/stop")).json()["data"]
        assert (stopped["status"], stopped["remark"]) == (3, "stopped")
        await sides.recaller.carry_out()
        assert await sides.state_in_prefect(task) == ("CANCELLED", "stopped")
        assert task.flow_run_id is not None
        assert sides.ledger.recalls.of_runs([task.flow_run_id]) == {}

    converse(conversation)


def test_a_stop_of_a_running_task_is_kept_and_reaches_its_worker(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        await sides.enter(task, "RUNNING")
        await sides.reconciler.sweep()
        async with sides.api(prefect_api_url=NOWHERE) as api:
            stopped = (await api.post(f"/task/{task.id}/stop")).json()["data"]
        assert (stopped["status"], stopped["state"]) == (1, "Cancelling")
        await sides.recaller.carry_out()
        assert await sides.state_in_prefect(task) == ("CANCELLING", "stopped")

    converse(conversation)


def test_a_deleted_task_does_not_run(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        async with sides.api(prefect_api_url=NOWHERE) as api:
            assert (await api.delete(f"/task/{task.id}")).json()["data"] == {"deleted_count": 1}
        await sides.recaller.carry_out()
        assert (await sides.state_in_prefect(task))[0] == "CANCELLED"

    converse(conversation)


def test_a_stopped_task_that_is_retried_before_prefect_heard_of_the_stop_goes_again(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        async with sides.api(prefect_api_url=NOWHERE) as api:
            await api.post(f"/task/{task.id}/stop")
            assert (await api.post(f"/task/{task.id}/retry")).json()["code"] == 50301
        async with sides.api() as api:
            again = (await api.post(f"/task/{task.id}/retry")).json()["data"]
            assert (again["status"], again["retry_count"], again["flow_run_id"]) == (0, 1, str(task.flow_run_id))
        await sides.recaller.carry_out()
        assert (await sides.state_in_prefect(task))[0] == "SCHEDULED"

    converse(conversation)


def test_a_run_made_just_before_a_crash_does_not_outlive_the_stop_of_its_task(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task_id = sides.created()
        await sides.prefect.create_run(flow_run_of(sides.ledger.outbox.due(1)[0]))  # and here the API is killed
        async with sides.api(prefect_api_url=NOWHERE) as api:
            assert (await api.post(f"/task/{task_id}/stop")).json()["data"]["remark"] == "stopped"
        await sides.recaller.carry_out()
        [run] = await sides.prefect.runs_made_with([run_key(sides.ledger.id, task_id)])
        assert (run.state_type, run.message) == ("CANCELLED", "stopped")

    converse(conversation)


def test_a_task_that_goes_again_after_such_a_crash_has_one_run_that_works(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task_id = sides.created()
        lost = await sides.prefect.create_run(flow_run_of(sides.ledger.outbox.due(1)[0]))
        async with sides.api(prefect_api_url=NOWHERE) as api:
            await api.post(f"/task/{task_id}/stop")
            await api.post(f"/task/{task_id}/retry")
        await sides.submit_all()
        await sides.recaller.carry_out()
        task = sides.task(task_id)
        assert task.flow_run_id not in {lost.id, None}
        assert (task.status, (await sides.state_in_prefect(task))[0]) == (Status.PENDING, "SCHEDULED")
        [ended] = await sides.prefect.runs([lost.id])
        assert ended.state_type == "CANCELLED"

    converse(conversation)


def test_while_prefect_lacks_its_database_no_task_changes(
    converse: Converse, postgres_server: EmbeddedPostgres, prefect_api_url: str
) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        await sides.enter(task, "RUNNING")
        await sides.reconciler.sweep()
        with prefects_database(postgres_server, prefect_api_url) as gate:
            gate.shut()
            with pytest.raises(PrefectUnreachable):
                await sides.reconciler.sweep()
        await sides.reconciler.sweep()
        assert (sides.task(task.id).status, sides.task(task.id).remark) == (Status.RUNNING, None)

    converse(conversation)
