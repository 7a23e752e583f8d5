"""The route of scraped users: the people whom a task has collected, as JSON or as a CSV file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers.csv_table import write_table
from api.answers.envelope import Envelope
from api.loops.threads import in_thread
from api.resources import Resources, TheResources
from api.results.scraped_schemas import ScrapedUserOut, ScrapedUserPage, ScrapedUserQuery
from api.tasks import control
from phonefleet.ledger import Task

router = APIRouter(tags=["tasks"])

_COLUMNS = ("username", "source", "position", "task_id", "seen_at")
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/task/{task_id}/users", response_model=Envelope[ScrapedUserPage], responses=_CSV)
async def list_scraped_users(
    task_id: int, wanted: Annotated[ScrapedUserQuery, Query()], resources: TheResources
) -> Envelope[ScrapedUserPage] | Response:
    """List the people whom a task has collected, in order of discovery; nobody is in a request twice.

    In CSV an apostrophe stands before cells that a spreadsheet would take for formulas.
    """
    task = await control.find(resources, task_id)
    return await in_thread(_file if wanted.format == "csv" else _page, resources, task, wanted)


def _page(resources: Resources, task: Task, wanted: ScrapedUserQuery) -> Envelope[ScrapedUserPage]:
    found = resources.ledger.scraping.page(task, wanted.page, wanted.page_size, whole_request=wanted.whole_request)
    users = [ScrapedUserOut.model_validate(user) for user in found.items]
    return Envelope(data=ScrapedUserPage(users=users, total=found.total, page=wanted.page, page_size=wanted.page_size))


def _file(resources: Resources, task: Task, wanted: ScrapedUserQuery) -> Response:
    users = resources.ledger.scraping.users(task, whole_request=wanted.whole_request)
    rows = ((u.username, u.source, str(u.position), str(u.task_id), u.seen_at.isoformat()) for u in users)
    headers = {"Content-Disposition": f'attachment; filename="task-{task.id}-users.csv"'}
    return Response(write_table(_COLUMNS, rows).encode(), media_type="text/csv; charset=utf-8", headers=headers)
