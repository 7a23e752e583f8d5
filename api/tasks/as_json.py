"""How tasks of the ledger look in answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import to_json

from api.tasks.schemas import TaskOut
from phonefleet.ledger import Task
from phonefleet.ledger.values import Action, TaskInDetail
from phonefleet.masking import masked
from phonefleet.settings import Settings


def shown(task: Task, settings: Settings) -> TaskOut:
    """Return a task as answers show it, with where people see it in the Prefect UI."""
    answer = TaskOut.model_validate(task)
    answer.script_config = masked(answer.script_config)
    answer.flow_run_url = _flow_run_url(task, settings)
    return answer


def listed(task: Task, settings: Settings) -> bytes:
    """Return what `TaskOut` makes of a task, as JSON, without making one: lists hold many."""
    return to_json(_fields(task, settings))


def detailed(found: TaskInDetail, settings: Settings) -> bytes:
    """Return what `TaskDetail` makes of a task and its actions, as JSON: clients ask for it until the task ends."""
    return to_json(
        {
            **_fields(found.task, settings),
            "actions": [_action(action, content) for action, content in found.actions],
            "artifacts": (found.task.result or {}).get("artifacts", []),
        }
    )


def _fields(task: Task, settings: Settings) -> dict[str, Any]:
    return {
        "id": task.id,
        "script_name": task.script_name,
        "script_config": masked(task.script_config),
        "serial": task.serial,
        "username": task.username,
        "app": task.app,
        "status": task.status.value,
        "status_text": task.status_text,
        "state": task.state,
        "remark": task.remark,
        "source": task.source,
        "created_at": task.created_at.isoformat(),
        "scheduled_for": task.scheduled_for.isoformat(),
        "start_time": _written(task.start_time),
        "end_time": _written(task.end_time),
        "retry_count": task.retry_count,
        "progress": {"done": task.progress.done, "total": task.progress.total},
        "result": task.result,
        "flow_run_id": task.flow_run_id,
        "flow_run_url": _flow_run_url(task, settings),
        "wait_seconds": task.wait_seconds,
        "campaign_id": task.campaign_id,
    }


def _action(action: Action, content: str | None) -> dict[str, Any]:
    return {
        "id": action.id,
        "kind": action.kind,
        "account": action.account,
        "target": action.target,
        "state": action.state,
        "intended_at": action.intended_at.isoformat(),
        "ended_at": _written(action.ended_at),
        "detail": action.detail,
        "content": content,
    }


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _flow_run_url(task: Task, settings: Settings) -> str | None:
    if task.flow_run_id is None:
        return None
    return f"{settings.prefect_ui_url.rstrip('/')}/runs/flow-run/{task.flow_run_id}"
