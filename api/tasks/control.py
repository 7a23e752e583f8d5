"""Stops, retries and deletes tasks. A stop is first stored in the ledger, as a recall, and so survives any crash.

It knows nothing of HTTP but `Problem`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from api.answers.envelope import CONFLICT, NOT_FOUND, Problem
from api.answers.fields import is_id
from api.loops.threads import in_thread
from api.prefect.client import PrefectNotFound, PrefectUnreachable, Run
from api.resources import Resources
from phonefleet.ledger import StateChange, Task, TaskFilter
from phonefleet.ledger.tasks.tasks import UNFINISHED
from phonefleet.runs.states import Status
from phonefleet.words import say

_AT_ONCE = 8
_REMARK = say("tasks.stopped", "stopped")
_PATIENCE = timedelta(seconds=3)
"""How long a stop waits for Prefect's answer; after that the recaller carries it out."""

_OTHERS_AFTER = timedelta(seconds=10)
"""When the recaller takes over a stop that this process did not carry out."""


async def find(resources: Resources, task_id: int) -> Task:
    """Return a task. Raises `Problem` when there is none."""
    task = await in_thread(resources.ledger.tasks.get, task_id) if is_id(task_id) else None
    if task is None:
        raise Problem(NOT_FOUND, say("tasks.no_task", "There is no task {task_id}", task_id=str(task_id)[:20]))
    return task


async def stop(resources: Resources, task: Task) -> Task:
    """Stop a task: at once if it has not begun, else at its next safe point. Raises `Problem` when it has ended."""
    if task.status not in UNFINISHED:
        raise Problem(
            CONFLICT,
            say(
                "tasks.task_ended_already",
                "Task {task} has ended already: it is {status_text}",
                task=task.id,
                status_text=task.status_text,
            ),
        )
    if task.flow_run_id is None and not await _withdraw(resources, task):
        task = await find(resources, task.id)
    if task.flow_run_id is not None:
        await _recall(resources, task, task.flow_run_id)
    return await find(resources, task.id)


async def retry(resources: Resources, task: Task) -> Task:
    """Retry a failed task, in the same flow run if Prefect still has it. Raises `Problem` when it has not failed."""
    if task.status is not Status.FAILED:
        raise Problem(
            CONFLICT,
            say(
                "tasks.only_failed_tasks_can_retried",
                "Only failed tasks can be retried: task {task} is {status_text}",
                task=task.id,
                status_text=task.status_text,
            ),
        )
    now = resources.clock.now()
    try:
        run = await _schedule_again(resources, task.flow_run_id) if task.flow_run_id else None
    except PrefectNotFound:
        run = None
    if run is None:
        if not await in_thread(resources.ledger.outbox.requeue, task, now):
            raise Problem(
                CONFLICT,
                say(
                    "tasks.task_retried_stopped_deleted_somebody",
                    "Task {task} was retried, stopped or deleted by somebody else just now",
                    task=task.id,
                ),
            )
        resources.tasks_created()
    else:
        await _project(resources, task, run, retry_count=task.retry_count + 1)
    return await find(resources, task.id)


async def retry_all(resources: Resources, wanted: TaskFilter, *, dry_run: bool = False) -> list[int]:
    """Retry the failed tasks that pass a filter, and return their ids; a dry run only returns them.

    Those that a person has stopped stay as they are unless the filter asks for them.
    """
    failed = await in_thread(resources.ledger.tasks.failed, wanted)
    if dry_run:
        return [task.id for task in failed]
    retried: set[int] = set()
    await _each(failed, lambda task: _retry_if_possible(resources, task, retried))
    return sorted(retried)


async def delete(resources: Resources, tasks: Sequence[Task]) -> int:
    """Stop the unfinished ones of these tasks, and delete all; return how many were deleted."""
    await _each((task for task in tasks if task.status in UNFINISHED), lambda task: _stop_if_possible(resources, task))
    return await in_thread(resources.ledger.tasks.delete, [task.id for task in tasks], resources.clock.now())


async def stop_unfinished(resources: Resources, task_ids: Sequence[int]) -> None:
    """Stop the unfinished ones of these tasks."""
    tasks = await in_thread(resources.ledger.tasks.some, list(task_ids))
    await _each((task for task in tasks if task.status in UNFINISHED), lambda task: _stop_if_possible(resources, task))


async def _retry_if_possible(resources: Resources, task: Task, retried: set[int]) -> None:
    try:
        await retry(resources, task)
    except Problem:  # it was deleted meanwhile
        return
    retried.add(task.id)


async def _schedule_again(resources: Resources, run_id: UUID) -> Run | None:
    """Schedule an ended run again; one whose recall has not reached Prefect yet is ended there first.

    Returns None for a run whose deployment is gone, or was made again: it could never begin.
    """
    if not await resources.prefect.has_deployment(run_id):
        return None
    recalled = await in_thread(resources.ledger.recalls.of_runs, [run_id])
    if run_id in recalled:
        await resources.prefect.end(run_id, recalled[run_id])
        await in_thread(resources.ledger.recalls.forget_run, run_id)
    return await resources.prefect.schedule_again(run_id, resources.clock.now())


async def _stop_if_possible(resources: Resources, task: Task) -> None:
    try:
        await stop(resources, task)
    except Problem:  # it has ended or was deleted meanwhile, which is as good
        return


async def _withdraw(resources: Resources, task: Task) -> bool:
    return await in_thread(resources.ledger.outbox.withdraw, task.id, _REMARK, resources.clock.now())


async def _recall(resources: Resources, task: Task, run_id: UUID) -> None:
    now = resources.clock.now()
    await in_thread(resources.ledger.recalls.give, run_id, _REMARK, now, now + _OTHERS_AFTER)
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            run = await resources.prefect.cancel(run_id, _REMARK)
    except PrefectNotFound:
        await _enter(resources, task, "CANCELLED")
    except (PrefectUnreachable, TimeoutError):
        await _enter(resources, task, "CANCELLED" if task.status is Status.PENDING else "CANCELLING")
    else:
        await _project(resources, task, run, remark=_REMARK if run.state_type.startswith("CANCEL") else None)
        await in_thread(resources.ledger.recalls.forget_run, run_id)


async def _enter(resources: Resources, task: Task, state_type: str) -> None:
    """Record the stop of a task without an answer of Prefect's: as Cancelled, or as Cancelling while it runs."""
    now = resources.clock.now()
    change = StateChange(state_type, state_type.title(), max(now, task.state_at or now), remark=_REMARK)
    await in_thread(resources.ledger.tasks.project, task.id, change)


async def _project(
    resources: Resources, task: Task, run: Run, remark: str | None = None, retry_count: int | None = None
) -> None:
    at = max(run.at, task.state_at or run.at)  # a worker's clock may be ahead of Prefect's
    change = StateChange(run.state_type, run.state_name, at, remark=remark, retry_count=retry_count)
    await in_thread(resources.ledger.tasks.project, task.id, change)


async def _each(tasks: Iterable[Task], act: Callable[[Task], Awaitable[object]]) -> None:
    """Call `act` for each task, `_AT_ONCE` at a time; the first error ends it and is raised."""
    waiting = iter(tasks)

    async def consume() -> None:
        for task in waiting:
            await act(task)

    await asyncio.gather(*(consume() for _ in range(_AT_ONCE)))
