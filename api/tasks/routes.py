"""The routes that create, list, show and count tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic_core import PydanticSerializationError, to_json
from starlette.routing import BaseRoute

from api.answers.envelope import NOT_FOUND, Envelope, Problem, invalid
from api.answers.fields import CreatedTasks, is_id
from api.answers.idempotency import IdempotencyKey, idempotency_of
from api.resources import TheResources
from api.tasks.as_json import detailed
from api.tasks.cache import TheReading
from api.tasks.fan_out import accepted, fan_out, phones_of
from api.tasks.schemas import Stats, StatsQuery, TaskDetail, TaskPage, TaskQuery, TaskRequest
from api.tasks.sealing import refuse_references, sealed
from api.tasks.shortcut import NumberedShortcut, Shortcut
from phonefleet.ledger import Counts
from phonefleet.ledger.tasks.reading import Column
from phonefleet.runs.states import Status
from phonefleet.words import say

router = APIRouter(tags=["tasks"])

ONE = "/task/{task_id}"
# The tasks of a list are kept as JSON: see api/tasks/cache.py.
_LIST = b'{"code":0,"message":"success","data":{"tasks":[%b],"total":%d,"page":%d,"page_size":%d}}'
_COLUMN: dict[str | None, Column] = {"script": "script_name", "device": "serial"}


@router.post("/task", response_model_exclude_none=True)
def create_tasks(request: TaskRequest, resources: TheResources, key: IdempotencyKey = None) -> Envelope[CreatedTasks]:
    """Create one task for each device, account and target: all of them or none."""
    idempotency = None if key is None else idempotency_of(key, _written(request))
    task_ids = resources.ledger.idempotency.find(idempotency) if idempotency else None
    ignored: Sequence[str] = ()
    if task_ids is None:
        refuse_references(request.script_config)
        parsed = accepted(resources, request)
        ignored, tasks = parsed.ignored, fan_out(parsed, phones_of(resources, parsed), resources.rng)
        task_ids = resources.ledger.tasks.create(sealed(tasks, resources.ledger, resources.settings), idempotency)
        resources.tasks_created()
    return Envelope(data=_created(task_ids, ignored))


@router.get("/task", response_model=Envelope[TaskPage])
async def list_tasks(wanted: Annotated[TaskQuery, Query()], reading: TheReading) -> Response:
    """List tasks, newest first."""
    found = await reading.reader.page(wanted.filter(), wanted.page, wanted.page_size)
    tasks = b",".join(await reading.cache.json_of(found.items))
    return Response(_LIST % (tasks, found.total, wanted.page, wanted.page_size), media_type="application/json")


@router.get("/task/stats", response_model=Envelope[Stats], response_model_exclude_none=True)
async def count_tasks(wanted: Annotated[StatsQuery, Query()], reading: TheReading) -> Response:
    """Count tasks by status, and with `by` for each script or device too."""
    found = await reading.reader.counts(_COLUMN.get(wanted.by))
    data: dict[str, Any] = _numbers(sum(found.values(), Counts()))
    if wanted.by is not None:
        data[f"by_{wanted.by}"] = {key: _numbers(counts) for key, counts in found.items()}
    if wanted.by == "device":
        data["aliases"] = {key: name for key, name in (await reading.reader.aliases()).items() if key in found}
    return Response(to_json({"code": 0, "message": "success", "data": data}), media_type="application/json")


@router.get(ONE, response_model=Envelope[TaskDetail])
async def get_task(task_id: Annotated[int, Path()], reading: TheReading) -> Response:
    """Show one task with what was done on the device."""
    found = await reading.reader.one(task_id) if is_id(task_id) else None
    if found is None:
        raise Problem(NOT_FOUND, say("tasks.no_task", "There is no task {task_id}", task_id=str(task_id)[:20]))
    reason = (await reading.waiting.told([found.task], reading.settings)).get(task_id)
    answer = Envelope(data=detailed(found, reading.settings, reason))
    return Response(answer.model_dump_json(), media_type="application/json")


def _created(task_ids: list[int], ignored: Sequence[str]) -> CreatedTasks:
    return CreatedTasks(task_ids=task_ids, created_count=len(task_ids), ignored_fields=list(ignored) or None)


def _written(request: TaskRequest) -> str:
    try:
        return request.model_dump_json()
    except PydanticSerializationError:
        raise invalid(("script_config", say("tasks.nests_too_deep", "nests too deep"))) from None


def _numbers(counts: Counts) -> dict[str, Any]:
    return {"total": counts.total, **{status.text: getattr(counts, status.text) for status in Status}}


def shortcuts(base_path: str) -> list[BaseRoute]:
    """Return the fast routes for the calls that clients repeat most; see `api.tasks.shortcut`."""
    return [
        Shortcut(base_path, "/task", TaskQuery, list_tasks),
        Shortcut(base_path, "/task/stats", StatsQuery, count_tasks),
        NumberedShortcut(base_path, ONE, get_task),
    ]
