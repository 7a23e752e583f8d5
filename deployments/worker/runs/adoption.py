"""Finds the task of a flow run; a run that a person started in Prefect is adopted: it gets a new task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from pydantic import ValidationError

from phonefleet.errors import Permanent
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.tasks.adoption import adoption
from phonefleet.ledger.tasks.run_names import name_of
from phonefleet.ledger.values import Adoption, Task
from phonefleet.runs.keys import task_id_in
from phonefleet.scripts import FLOWS, read_config, summary_of
from phonefleet.scripts.script import ConfigRefused, Script, ScriptConfig
from phonefleet.text import bare_name
from phonefleet.wording import place, reason
from phonefleet.words import say


def find_or_adopt_task(
    flow_run: FlowRun, flow: Flow[..., Any], ledger: Ledger, client: SyncPrefectClient
) -> Task | None:
    """Return the run's task, made now if a person started the run in Prefect; None when its task was deleted.

    A run of a user's own script is named as that script says, if it does.

    Raises:
        ConfigRefused: what a person gave is no configuration of the script, in the words of the API.
        Permanent: the script cannot say what its run is called.

    """
    task_id = task_id_in(flow_run.idempotency_key, ledger.id)
    if task_id is None:
        created = flow_run.created or datetime.now(UTC)
        stranger = adoption(flow_run.id, flow.name, flow_run.parameters, created)
        task_id = ledger.tasks.adopt(stranger)
        tags = list(dict.fromkeys([*flow_run.tags, f"task:{task_id}", "source:ui"]))
        task = ledger.tasks.get(task_id)
        _require_right(flow, flow_run.parameters)
        client.update_flow_run(flow_run.id, name=_name_of(stranger, task, flow), tags=tags)
    return ledger.tasks.get(task_id)


def _require_right(flow: Flow[..., Any], parameters: Mapping[str, Any]) -> None:
    """Check the configuration that a person gave: Prefect's forms know nothing of what usernames are made of.

    Prefect's references to its blocks are filled in later; then the flow's own check decides.
    """
    model = FLOWS[flow.name].config if flow.name in FLOWS else _own_model(flow)
    given: object = parameters.get("config")
    if model is None or "$ref" in str(given):
        return
    if not isinstance(given, dict):
        raise ConfigRefused([(("config",), say("wording.required", "is required"))])
    try:
        model.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        told = cast("Mapping[str, Any]", given)
        raise ConfigRefused([(("config", *place(each, told)), reason(each)) for each in wrong]) from error


def _own_model(flow: Flow[..., Any]) -> type[ScriptConfig] | None:
    """Return the configuration of a user's own script; None where it has none that we know how to read."""
    model: object = getattr(flow.fn, "__annotations__", {}).get("config")
    return model if isinstance(model, type) and issubclass(model, ScriptConfig) else None


def _name_of(stranger: Adoption, task: Task | None, flow: Flow[..., Any]) -> str | None:
    """Return what a run is called, as the runs of the task API are; None leaves the name that it has."""
    phone = stranger.serial if task is None else task.alias or task.serial
    if flow.name in FLOWS:
        what = summary_of(flow.name, read_config(flow.name, stranger.script_config))
    else:
        what = _own_summary(stranger, flow)
    return name_of(what, phone, stranger.username and bare_name(stranger.username)) if what and phone else None


def _own_summary(stranger: Adoption, flow: Flow[..., Any]) -> str | None:
    """Return what a user's own script says that a run does; None when it says nothing."""
    model = _own_model(flow)
    if model is None:
        return None
    try:
        return Script(flow.name, flow.name, model).read(stranger.script_config).summary()
    except Exception as error:  # a user's code: whatever it raises ends the run with its reason
        message = say(
            "worker.summary_script_cannot_told",
            "the summary of the script {flow} cannot be told: {name__}: {error}",
            flow=flow.name,
            name__=type(error).__name__,
            error=error,
        )
        raise Permanent(message) from error
