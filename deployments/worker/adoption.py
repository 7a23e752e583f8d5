"""Which task a flow run belongs to: its own, or, for a run that a person started in Prefect, a new one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import Adoption, Task

KEY_PREFIX = "task-"
"""What the idempotency key of a run starts with that was made for a task."""


def task_id_of(flow_run: FlowRun) -> int | None:
    """Return the id of the task that the run was made for, by its idempotency key; None for a stranger.

    Tags do not count: people copy them when they start a run again by hand.
    """
    key = flow_run.idempotency_key or ""
    number = key.removeprefix(KEY_PREFIX)
    return int(number) if key.startswith(KEY_PREFIX) and number.isdecimal() else None


def task_of(flow_run: FlowRun, script: str, ledger: Ledger, client: SyncPrefectClient) -> Task | None:
    """Return the run's task, adopting a stranger; None when its task was deleted."""
    task_id = task_id_of(flow_run)
    if task_id is None:
        task_id = ledger.tasks.adopt(_adoption(flow_run, script))
        client.update_flow_run(flow_run.id, tags=[*flow_run.tags, f"task:{task_id}", "source:ui"])
    return ledger.tasks.get(task_id)


def serial_of(flow_run: FlowRun) -> str | None:
    """Return the phone that a run is for, by its parameter `serial`."""
    serial = flow_run.parameters.get("serial")
    return serial if isinstance(serial, str) else None


def _adoption(flow_run: FlowRun, script: str) -> Adoption:
    parameters: dict[str, Any] = flow_run.parameters
    return Adoption(
        flow_run_id=flow_run.id,
        script_name=script,
        script_config=parameters.get("config") or {},
        serial=serial_of(flow_run) or "",
        username=parameters.get("username"),
        created_at=flow_run.created or datetime.now(UTC),
    )
