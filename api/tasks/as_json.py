"""How tasks of the ledger look in answers."""

from __future__ import annotations

from typing import TypeVar

from api.tasks.schemas import ActionOut, TaskDetail, TaskOut
from phonefleet.ledger import Task
from phonefleet.ledger.values import Action, TaskInDetail
from phonefleet.masking import hidden, masked
from phonefleet.settings import Settings
from phonefleet.waiting import Reason

Shown = TypeVar("Shown", bound=TaskOut)


def shown(task: Task, settings: Settings, reason: Reason | None = None) -> TaskOut:
    """Return a task as answers show it, with where people see it in the Prefect UI, and the reason why it waits."""
    return _shown(TaskOut, task, settings, reason)


def detailed(found: TaskInDetail, settings: Settings, reason: Reason | None = None) -> TaskDetail:
    """Return a task with what was done in it."""
    answer = _shown(TaskDetail, found.task, settings, reason)
    answer.actions = [_action(action, content) for action, content in found.actions]
    answer.artifacts = (found.task.result or {}).get("artifacts", [])
    return answer


def _shown(kind: type[Shown], task: Task, settings: Settings, reason: Reason | None) -> Shown:
    answer = kind.model_validate(task)
    answer.script_config = masked(answer.script_config)
    answer.flow_run_url = _flow_run_url(task, settings)
    if reason is not None:
        answer.waits_for, answer.waits_code = hidden(reason.sentence), reason.code
    return answer


def _action(action: Action, content: str | None) -> ActionOut:
    answer = ActionOut.model_validate(action)
    answer.content = content
    return answer


def _flow_run_url(task: Task, settings: Settings) -> str | None:
    if task.flow_run_id is None:
        return None
    return f"{settings.prefect_pages}/runs/flow-run/{task.flow_run_id}"
