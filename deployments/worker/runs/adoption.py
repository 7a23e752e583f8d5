"""Finds the task of a flow run; a run that a person started in Prefect is adopted: it gets a new task."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.tasks.adoption import adoption
from phonefleet.ledger.values import Task
from phonefleet.runs.keys import task_id_in


def find_or_adopt_task(flow_run: FlowRun, script: str, ledger: Ledger, client: SyncPrefectClient) -> Task | None:
    """Return the run's task, made now if a person started the run in Prefect; None when its task was deleted."""
    task_id = task_id_in(flow_run.idempotency_key, ledger.id)
    if task_id is None:
        created = flow_run.created or datetime.now(UTC)
        task_id = ledger.tasks.adopt(adoption(flow_run.id, script, flow_run.parameters, created))
        tags = list(dict.fromkeys([*flow_run.tags, f"task:{task_id}", "source:ui"]))
        client.update_flow_run(flow_run.id, tags=tags)
    return ledger.tasks.get(task_id)
