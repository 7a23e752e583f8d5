"""The routes that stop, retry and delete tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.envelope import Envelope
from api.answers.fields import Deleted
from api.loops.threads import in_thread
from api.resources import TheResources
from api.tasks import control
from api.tasks.as_json import shown
from api.tasks.cache import Reading, TheReading
from api.tasks.schemas import DeletedBatch, Retried, RetryQuery, TaskIds, TaskOut
from phonefleet.ledger import Task

router = APIRouter(tags=["tasks"])


@router.post("/task/retry-all", response_model_exclude_none=True)
async def retry_all_tasks(resources: TheResources, wanted: Annotated[RetryQuery, Query()]) -> Envelope[Retried]:
    """Retry all failed tasks that pass the filters; what a person has stopped only with `stopped=true`."""
    task_ids = await control.retry_all(resources, wanted.filter(), dry_run=wanted.dry_run)
    return Envelope(data=Retried(retried_count=len(task_ids), task_ids=task_ids, dry_run=wanted.dry_run or None))


@router.post("/task/{task_id}/stop")
async def stop_task(task_id: int, resources: TheResources, reading: TheReading) -> Envelope[TaskOut]:
    """Stop a task; one that runs ends at its next safe point."""
    return await _answer(await control.stop(resources, await control.find(resources, task_id)), reading)


@router.post("/task/{task_id}/retry")
async def retry_task(task_id: int, resources: TheResources, reading: TheReading) -> Envelope[TaskOut]:
    """Retry a failed task; what it has done is not done again."""
    return await _answer(await control.retry(resources, await control.find(resources, task_id)), reading)


@router.delete("/task/batch")
async def delete_tasks(wanted: TaskIds, resources: TheResources) -> Envelope[DeletedBatch]:
    """Delete tasks; those that run are stopped first."""
    tasks = await in_thread(resources.ledger.tasks.some, wanted.task_ids)
    found = {task.id for task in tasks}
    missing = [task_id for task_id in dict.fromkeys(wanted.task_ids) if task_id not in found]
    return Envelope(data=DeletedBatch(deleted_count=await control.delete(resources, tasks), not_found=missing))


@router.delete("/task/{task_id}")
async def delete_task(task_id: int, resources: TheResources) -> Envelope[Deleted]:
    """Delete a task; one that runs is stopped first. What it did stays in the ledger."""
    return Envelope(
        data=Deleted(deleted_count=await control.delete(resources, [await control.find(resources, task_id)]))
    )


async def _answer(task: Task, reading: Reading) -> Envelope[TaskOut]:
    reasons = await reading.waiting.told([task], reading.settings)
    return Envelope(data=shown(task, reading.settings, reasons.get(task.id)))
