"""Tasks over HTTP: create, list, look at one, count."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic_core import PydanticSerializationError, to_json
from starlette.routing import BaseRoute

from api.envelope import NOT_FOUND, Envelope, Problem, invalid
from api.facade import TheFacade
from api.idempotency import IdempotencyKey, idempotency_of
from api.planning import tasks_of
from api.schemas import (
    CreatedTasks,
    Stats,
    StatsQuery,
    TaskDetail,
    TaskPage,
    TaskQuery,
    TaskRequest,
)
from api.sealing import refuse_references, sealed
from api.shortcut import NumberedShortcut, Shortcut
from api.shown import detailed
from phonefleet.ledger import Counts, TaskFilter
from phonefleet.ledger.reading import Column
from phonefleet.states import Status

router = APIRouter(tags=["tasks"])

ONE = "/task/{task_id}"
_LARGEST_ID = 2**63 - 1
_LIST = b'{"code":0,"message":"success","data":{"tasks":[%b],"total":%d,"page":%d,"page_size":%d}}'
_DETAIL = b'{"code":0,"message":"success","data":%b}'
_COLUMN: dict[str | None, Column] = {"script": "script_name", "device": "serial"}


@router.post("/task")
def create_tasks(request: TaskRequest, facade: TheFacade, key: IdempotencyKey = None) -> Envelope[CreatedTasks]:
    """Create one task for each device, account and target: all of them or none."""
    idempotency = None if key is None else idempotency_of(key, _written(request))
    task_ids = facade.ledger.idempotency.find(idempotency) if idempotency else None
    if task_ids is None:
        refuse_references(request.script_config)
        tasks = tasks_of(facade, request, facade.rng)
        task_ids = facade.ledger.tasks.create(sealed(tasks, facade.ledger, facade.settings), idempotency)
        facade.tasks_created()
    return Envelope(data=CreatedTasks(task_ids=task_ids, created_count=len(task_ids)))


@router.get("/task", response_model=Envelope[TaskPage])
async def list_tasks(wanted: Annotated[TaskQuery, Query()], facade: TheFacade) -> Response:
    """List tasks, newest first."""
    found = await facade.reader.page(_filter(wanted), wanted.page, wanted.page_size)
    tasks = b",".join(await facade.shown_tasks.json_of(found.items))
    return Response(_LIST % (tasks, found.total, wanted.page, wanted.page_size), media_type="application/json")


@router.get("/task/stats", response_model=Envelope[Stats], response_model_exclude_none=True)
async def count_tasks(wanted: Annotated[StatsQuery, Query()], facade: TheFacade) -> Response:
    """Count tasks by status, and with `by` for each script or device too."""
    found = await facade.reader.counts(_COLUMN.get(wanted.by))
    data: dict[str, Any] = _numbers(sum(found.values(), Counts()))
    if wanted.by is not None:
        data[f"by_{wanted.by}"] = {key: _numbers(counts) for key, counts in found.items()}
    return Response(to_json({"code": 0, "message": "success", "data": data}), media_type="application/json")


@router.get(ONE, response_model=Envelope[TaskDetail])
async def get_task(task_id: Annotated[int, Path()], facade: TheFacade) -> Response:
    """Show one task with what was done on the device."""
    found = await facade.reader.one(task_id) if 0 < task_id <= _LARGEST_ID else None
    if found is None:
        raise Problem(NOT_FOUND, f"There is no task {str(task_id)[:20]}")
    return Response(_DETAIL % detailed(found, facade.settings), media_type="application/json")


def _written(request: TaskRequest) -> str:
    try:
        return request.model_dump_json()
    except PydanticSerializationError:
        raise invalid(("script_config", "nests too deep")) from None


def _filter(wanted: TaskQuery) -> TaskFilter:
    return TaskFilter(
        status=None if wanted.status is None else Status(wanted.status),
        serial=wanted.serial,
        script_name=wanted.script_name,
        source=wanted.source,
        username=wanted.username and wanted.username.removeprefix("@"),
        campaign_id=wanted.campaign_id,
        created_after=wanted.created_after,
        created_before=wanted.created_before,
    )


def _numbers(counts: Counts) -> dict[str, Any]:
    return {"total": counts.total, **{status.text: getattr(counts, status.text) for status in Status}}


def shortcuts(base_path: str) -> list[BaseRoute]:
    """Return the shorter ways to the calls that clients repeat all the time."""
    return [
        Shortcut(base_path, "/task", TaskQuery, list_tasks),
        Shortcut(base_path, "/task/stats", StatsQuery, count_tasks),
        NumberedShortcut(base_path, ONE, get_task),
    ]
