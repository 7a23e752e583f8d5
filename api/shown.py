"""How a task of the ledger looks in answers."""

from __future__ import annotations

from typing import TypeVar

from api.schemas import TaskOut
from phonefleet.ledger import Task
from phonefleet.masking import masked
from phonefleet.settings import Settings

Out = TypeVar("Out", bound=TaskOut)


def shown(task: Task, settings: Settings, model: type[Out]) -> Out:
    """Return a task as an answer of this kind shows it, with where people see it in the Prefect UI."""
    answer = model.model_validate(task)
    answer.script_config = masked(answer.script_config)
    if task.flow_run_id is not None:
        answer.flow_run_url = f"{settings.prefect_ui_url.rstrip('/')}/runs/flow-run/{task.flow_run_id}"
    return answer
