"""How tasks and phones of the ledger look in answers."""

from __future__ import annotations

from typing import TypeVar

from api.device_schemas import DeviceOut
from api.schemas import ActionOut, TaskDetail, TaskOut
from phonefleet.ledger import Task
from phonefleet.ledger.device_list import ListedDevice
from phonefleet.ledger.values import Action, TaskInDetail
from phonefleet.masking import masked
from phonefleet.settings import Settings

Shown = TypeVar("Shown", bound=TaskOut)


def shown(task: Task, settings: Settings) -> TaskOut:
    """Return a task as answers show it, with where people see it in the Prefect UI."""
    return _shown(TaskOut, task, settings)


def detailed(found: TaskInDetail, settings: Settings) -> TaskDetail:
    """Return a task with what was done in it."""
    answer = _shown(TaskDetail, found.task, settings)
    answer.actions = [_action(action, content) for action, content in found.actions]
    answer.artifacts = (found.task.result or {}).get("artifacts", [])
    return answer


def _shown(kind: type[Shown], task: Task, settings: Settings) -> Shown:
    answer = kind.model_validate(task)
    answer.script_config = masked(answer.script_config)
    answer.flow_run_url = _flow_run_url(task, settings)
    return answer


def _action(action: Action, content: str | None) -> ActionOut:
    answer = ActionOut.model_validate(action)
    answer.content = content
    return answer


def _flow_run_url(task: Task, settings: Settings) -> str | None:
    if task.flow_run_id is None:
        return None
    return f"{settings.prefect_ui_url.rstrip('/')}/runs/flow-run/{task.flow_run_id}"


def shown_phone(listed: ListedDevice) -> DeviceOut:
    """Return a phone as answers show it."""
    phone = listed.device
    resting = listed.state == "quarantined"
    return DeviceOut(
        serial=phone.serial,
        addresses=list(listed.addresses),
        serial_number=phone.hardware.serial_number or None,
        android_id=phone.hardware.android_id or None,
        alias=phone.alias,
        model=phone.model,
        android_version=phone.android_version,
        host=phone.host,
        state=listed.state,
        battery=phone.battery,
        enabled=phone.enabled,
        group=phone.group_name,
        current_task=listed.current_task,
        queue_length=listed.queue_length,
        first_seen=phone.first_seen,
        last_seen=phone.last_seen,
        note=" ".join(filter(None, [listed.advice, phone.note])) or None,
        quarantine_reason=phone.quarantine_reason if resting else None,
        quarantined_since=phone.quarantined_since if resting else None,
        quarantined_until=phone.quarantined_until if resting else None,
        quarantined_by=phone.quarantined_by if resting else None,
    )
