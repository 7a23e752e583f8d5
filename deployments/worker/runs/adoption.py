"""Finds the task of a flow run; a run that a person started in Prefect is adopted: it gets a new task."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from phonefleet.errors import Permanent
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.tasks.adoption import adoption
from phonefleet.ledger.tasks.run_names import name_of
from phonefleet.ledger.values import Adoption, Task
from phonefleet.runs.keys import task_id_in
from phonefleet.scripts import FLOWS
from phonefleet.scripts.script import Script, ScriptConfig


def find_or_adopt_task(
    flow_run: FlowRun, flow: Flow[..., Any], ledger: Ledger, client: SyncPrefectClient
) -> Task | None:
    """Return the run's task, made now if a person started the run in Prefect; None when its task was deleted.

    A run of a user's own script is named as that script says, if it does. Raises `Permanent` when it cannot say.
    """
    task_id = task_id_in(flow_run.idempotency_key, ledger.id)
    if task_id is None:
        created = flow_run.created or datetime.now(UTC)
        stranger = adoption(flow_run.id, flow.name, flow_run.parameters, created)
        task_id = ledger.tasks.adopt(stranger)
        tags = list(dict.fromkeys([*flow_run.tags, f"task:{task_id}", "source:ui"]))
        client.update_flow_run(flow_run.id, name=_own_name(stranger, flow), tags=tags)
    return ledger.tasks.get(task_id)


def _own_name(stranger: Adoption, flow: Flow[..., Any]) -> str | None:
    """Return what a user's own script calls a run; None leaves the name that it has."""
    model: object = getattr(flow.fn, "__annotations__", {}).get("config")
    if flow.name in FLOWS or not (isinstance(model, type) and issubclass(model, ScriptConfig)):
        return None
    try:
        what = Script(flow.name, flow.name, model).read(stranger.script_config).summary()
    except Exception as error:  # a user's code: whatever it raises ends the run with its reason
        message = f"the summary of the script {flow.name} cannot be told: {type(error).__name__}: {error}"
        raise Permanent(message) from error
    return name_of(what, stranger.serial, stranger.username) if what else None
