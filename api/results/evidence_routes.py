"""The route of evidence files: screenshots and hierarchies of failures, as a task's `artifacts` name them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse

from api.answers.envelope import NOT_FOUND, Problem
from api.resources import TheResources
from api.tasks import control
from phonefleet.words import say

router = APIRouter(tags=["tasks"])

_MEDIA_TYPES = {".png": "image/png", ".xml": "application/xml"}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture, or the hierarchy.",
        "content": {
            "image/png": {"schema": {"type": "string", "format": "binary"}},
            "application/xml": {"schema": {"type": "string"}},
        },
    }
}


@router.get("/task/{task_id}/artifacts/{name}", response_class=FileResponse, responses=_ANSWERS)
async def get_artifact(task_id: Annotated[int, Path()], name: str, resources: TheResources) -> FileResponse:
    """Show a picture or a hierarchy of a failure; `name` is the `path` of one of the task's artifacts."""
    task = await control.find(resources, task_id)
    listed = {artifact["path"] for artifact in (task.result or {}).get("artifacts", [])}
    file = resources.settings.evidence_folder / name
    if name not in listed or file.suffix not in _MEDIA_TYPES or not file.is_file():
        raise Problem(
            NOT_FOUND,
            say(
                "results.task_no_artifact_host",
                "Task {task_id} has no artifact {name!r} on this host",
                task_id=task_id,
                name=name[:80],
            ),
        )
    return FileResponse(file, media_type=_MEDIA_TYPES[file.suffix])
