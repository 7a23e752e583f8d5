"""Stop, retry and delete: in Prefect first, then in the ledger, so that what the ledger says is true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from api.envelope import CONFLICT, NOT_FOUND, Problem
from api.facade import Facade
from api.prefect_api import PrefectLacks, Run
from api.threads import to_end
from phonefleet.ledger import StateChange, Task
from phonefleet.ledger.tasks import UNFINISHED
from phonefleet.states import Status

_AT_ONCE = 8
_REMARK = "stopped"


async def find(facade: Facade, task_id: int) -> Task:
    """Return a task. Raises `Problem` when there is none."""
    task = await to_end(facade.ledger.tasks.get, task_id) if 0 < task_id < 2**63 else None
    if task is None:
        raise Problem(NOT_FOUND, f"There is no task {str(task_id)[:20]}")
    return task


async def stop(facade: Facade, task: Task) -> Task:
    """Keep a task from starting, or end it at its next safe point. Raises `Problem` when it has ended."""
    if task.status not in UNFINISHED:
        raise Problem(CONFLICT, f"Task {task.id} has ended already: it is {task.status_text}")
    if task.flow_run_id is None and not await _withdraw(facade, task):
        task = await find(facade, task.id)
    if task.flow_run_id is not None:
        await _cancel(facade, task)
    return await find(facade, task.id)


async def retry(facade: Facade, task: Task) -> Task:
    """Let a failed task go again, in the same flow run if there is one. Raises `Problem` when it has not failed."""
    if task.status is not Status.FAILED:
        raise Problem(CONFLICT, f"Only failed tasks can be retried: task {task.id} is {task.status_text}")
    now = facade.clock.now()
    try:
        run = await facade.prefect.schedule_again(task.flow_run_id, now) if task.flow_run_id else None
    except PrefectLacks:
        run = None
    if run is None:
        await to_end(facade.ledger.outbox.requeue, task.id, now)
        facade.tasks_created()
    else:
        await _project(facade, task, run, retry_count=task.retry_count + 1)
    return await find(facade, task.id)


async def retry_all(facade: Facade) -> list[int]:
    """Let all failed tasks go again and return their ids."""
    failed = await to_end(facade.ledger.tasks.failed)
    await _each(failed, lambda task: retry(facade, task))
    return [task.id for task in failed]


async def delete(facade: Facade, tasks: Sequence[Task]) -> int:
    """Stop what has not ended and delete all; return how many there were."""
    await _each((task for task in tasks if task.status in UNFINISHED), lambda task: _stop_if_possible(facade, task))
    return await to_end(facade.ledger.tasks.delete, [task.id for task in tasks], facade.clock.now())


async def _stop_if_possible(facade: Facade, task: Task) -> None:
    try:
        await stop(facade, task)
    except Problem:  # it has ended or was deleted meanwhile, which is as good
        return


async def _withdraw(facade: Facade, task: Task) -> bool:
    return await to_end(facade.ledger.outbox.withdraw, task.id, _REMARK, facade.clock.now())


async def _cancel(facade: Facade, task: Task) -> None:
    assert task.flow_run_id is not None  # noqa: S101 - the caller has looked
    try:
        run = await facade.prefect.cancel(task.flow_run_id, _REMARK)
    except PrefectLacks:
        lost = StateChange("CANCELLED", "Cancelled", facade.clock.now(), remark=_REMARK)
        await to_end(facade.ledger.tasks.project, task.id, lost)
    else:
        await _project(facade, task, run, remark=_REMARK if run.state_type.startswith("CANCEL") else None)


async def _project(
    facade: Facade, task: Task, run: Run, remark: str | None = None, retry_count: int | None = None
) -> None:
    at = max(run.at, task.state_at or run.at)  # a worker's clock may be ahead of Prefect's
    change = StateChange(run.state_type, run.state_name, at, remark=remark, retry_count=retry_count)
    await to_end(facade.ledger.tasks.project, task.id, change)


async def _each(tasks: Iterable[Task], act: Callable[[Task], Awaitable[object]]) -> None:
    """Act on each task, a few at a time; the first error ends it and is raised."""
    waiting = iter(tasks)

    async def lane() -> None:
        for task in waiting:
            await act(task)

    await asyncio.gather(*(lane() for _ in range(_AT_ONCE)))
