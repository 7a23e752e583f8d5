"""How tasks and phones of the ledger look in answers."""

from __future__ import annotations

from typing import TypeVar

from api.device_schemas import DeviceOut
from api.schemas import TaskOut
from phonefleet.ledger import Task
from phonefleet.ledger.device_list import ListedDevice
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


def shown_phone(listed: ListedDevice) -> DeviceOut:
    """Return a phone as answers show it."""
    phone = listed.device
    resting = listed.state == "quarantined"
    return DeviceOut(
        serial=phone.serial,
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
        quarantine_reason=phone.quarantine_reason if resting else None,
        quarantined_since=phone.quarantined_since if resting else None,
        quarantined_until=phone.quarantined_until if resting else None,
        quarantined_by=phone.quarantined_by if resting else None,
    )
