"""How actions on phones look in answers: what became of each, from its task and the reason why that waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.tasks.device_actions.schemas import (
    ActionBatch,
    ActionBatchInDetail,
    ActionCounts,
    OutcomeName,
    PhoneOutcome,
)
from phonefleet.ledger import Task
from phonefleet.masking import hidden
from phonefleet.runs.states import Status
from phonefleet.scripts import DEVICE_ACTION
from phonefleet.scripts.device_action import DeviceActionConfig
from phonefleet.waiting import Reason

_AWAY = frozenset(
    {
        "phone_offline", "phone_unknown", "phone_unauthorized", "phone_no_permissions", "phone_recovery",
        "phone_unread", "phone_ambiguous", "no_worker",
    }
)  # fmt: skip
"""Reasons to wait with which nobody knows how the phone is."""

Reasons = Mapping[int, Reason]


def batch(request_id: UUID, tasks: Sequence[Task], reasons: Reasons) -> ActionBatch:
    """Return a request with how many phones have which outcome; `tasks` are all of it, at least one."""
    return ActionBatch(**_of_all(request_id, tasks, [outcome_of(task, reasons.get(task.id)) for task in tasks]))


def batch_in_detail(request_id: UUID, tasks: Sequence[Task], reasons: Reasons) -> ActionBatchInDetail:
    """Return a request with the outcome of each phone."""
    devices = [outcome_of(task, reasons.get(task.id)) for task in tasks]
    return ActionBatchInDetail(**_of_all(request_id, tasks, devices), devices=devices)


def outcome_of(task: Task, reason: Reason | None) -> PhoneOutcome:
    """Return what became of a phone's task, or why it waits."""
    name, why = _outcome(task, reason)
    return PhoneOutcome(
        serial=task.serial,
        alias=task.alias,
        task_id=task.id,
        outcome=name,
        reason=None if why is None else hidden(why),
        ended_at=task.end_time if task.status in {Status.COMPLETED, Status.FAILED} else None,
    )


def _outcome(task: Task, reason: Reason | None) -> tuple[OutcomeName, str | None]:
    told = _told(task)
    match task.status:
        case Status.PENDING:
            away = reason is not None and reason.code in _AWAY
            return "unknown" if away else "waiting", task.remark if reason is None else reason.sentence
        case Status.RUNNING:
            return "running", task.remark
        case Status.COMPLETED:
            return "already" if told.get("outcome") == "already" else "done", told.get("detail")
        case Status.FAILED:
            if task.state_type == "CANCELLED":
                return "stopped", task.remark
            return "unknown" if told.get("outcome") == "unknown" else "failed", task.remark


def _told(task: Task) -> dict[str, Any]:
    """Return the one outcome that a run has left; nothing where it has left none."""
    outcomes: list[dict[str, Any]] = (task.result or {}).get("outcomes") or []
    return outcomes[0] if outcomes else {}


def _of_all(request_id: UUID, tasks: Sequence[Task], devices: Sequence[PhoneOutcome]) -> dict[str, Any]:
    first = tasks[0]
    config = DEVICE_ACTION.read(first.script_config)
    known = config if isinstance(config, DeviceActionConfig) else None
    return {
        "id": request_id,
        "action": first.script_config.get("action"),
        "summary": known.summary() if known else str(first.script_config.get("action")),
        "asked_by": (known.asked_by if known else "") or None,
        "created_at": first.created_at,
        "total": len(tasks),
        "counts": ActionCounts(**Counter(device.outcome for device in devices)),
    }
