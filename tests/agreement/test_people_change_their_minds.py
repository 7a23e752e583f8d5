"""People stop and retry tasks while parts of the API are about to act on what they saw before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx

from api.agreement.recaller import Recaller
from api.limits.watch import LimitWatch
from api.prefect.client import PrefectApi, Run
from phonefleet.clock import SystemClock
from phonefleet.ledger import StateChange, Task
from phonefleet.runs.states import WAITING
from tests.agreement.sides import Converse, Sides

NOW = datetime.now(UTC)


class Interrupted(PrefectApi):
    """Prefect's API, in which something happens right after runs were looked up."""

    def __init__(self, client: httpx.AsyncClient, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__(client)
        self._happens = happens

    async def runs(self, ids: Sequence[UUID], not_in: Sequence[str] = ()) -> list[Run]:
        found = await super().runs(ids, not_in)
        await self._happens()
        return found


def run_of(task: Task) -> UUID:
    assert task.flow_run_id is not None
    return task.flow_run_id


def test_a_task_that_is_stopped_while_new_limits_let_it_go_stays_stopped(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        later = {"scheduled_time": (NOW + timedelta(hours=3)).isoformat()}
        await sides.enter(task, "SCHEDULED", name=WAITING, state_details=later)
        await sides.observer.record_runs(await sides.prefect.runs([run_of(task)]))
        assert [one.task_id for one in sides.ledger.runs.waiting_for_limits()] == [task.id]

        async def stop() -> None:
            run = await sides.prefect.cancel(run_of(task), "stopped")
            sides.ledger.tasks.project(task.id, StateChange("CANCELLED", "Cancelled", run.at, remark="stopped"))

        await LimitWatch(sides.ledger, Interrupted(sides.client, stop), SystemClock()).look()
        assert (await sides.state_in_prefect(task))[0] == "CANCELLED"

    converse(conversation)


def test_a_task_that_is_retried_while_its_stop_is_carried_out_goes_again(converse: Converse) -> None:
    async def conversation(sides: Sides) -> None:
        task = await sides.submitted()
        sides.ledger.recalls.give(run_of(task), "stopped", NOW, NOW)

        async def retry() -> None:
            await sides.prefect.end(run_of(task), "stopped")
            sides.ledger.recalls.forget_run(run_of(task))
            await sides.prefect.schedule_again(run_of(task), NOW)

        await Recaller(sides.ledger, Interrupted(sides.client, retry), SystemClock()).carry_out()
        assert (await sides.state_in_prefect(task))[0] == "SCHEDULED"
        assert sides.ledger.recalls.due(datetime.now(UTC), 10) == []

    converse(conversation)
