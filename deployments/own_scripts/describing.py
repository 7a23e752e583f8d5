"""Describes the scripts of a loaded file, and answers what they say of configurations, as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from prefect import Flow
from pydantic import ValidationError

from deployments.descriptions import form
from phonefleet import wording
from phonefleet.own_scripts.described import Flaw
from phonefleet.scripts import forms
from phonefleet.scripts.script import Script, ScriptConfig, UnknownConfig
from phonefleet.words import say
from tasks.lifecycle import acts_as_account

Json = dict[str, Any]
_DECORATE = say(
    "own_scripts.takes_no_configuration_put_errand",
    "it takes no configuration: put @errand or @script of tasks.lifecycle right below @flow",
)


def described(module: ModuleType, lines: Mapping[str, int]) -> Json:
    """Return what a file holds; `lines` are those of its functions. See `phonefleet.own_scripts.described`."""
    file = Path(str(module.__file__))
    scripts: list[Json] = []
    flaws: list[Flaw] = []
    for name, flow in flows_of(module):
        line = lines.get(flow.fn.__name__, 0)
        if (why := _why_no_script(flow)) is not None:
            flaws.append(Flaw(file, line, why, flow.name))
        else:
            scripts.append(_script(name, flow, line))
    return {"scripts": scripts, "flaws": [told_flaw(flaw) for flaw in flaws]}


def flows_of(module: ModuleType) -> Iterator[tuple[str, Flow[..., Any]]]:
    """Yield the flows that a file defines itself, each once, with the names that they have in it."""
    seen: set[int] = set()
    for name, each in vars(module).items():
        if isinstance(each, Flow) and id(cast("object", each)) not in seen:
            flow = cast("Flow[..., Any]", each)
            seen.add(id(flow))
            if flow.fn.__module__ == module.__name__:
                yield name, flow


def told_flaw(flaw: Flaw) -> Json:
    """Return a flaw as JSON values."""
    return {"file": str(flaw.file), "line": flaw.line, "reason": flaw.reason, "name": flaw.name}


def script_of(flow: Flow[..., Any]) -> Script:
    """Return a flow's entry as a registry would have it."""
    model = cast("type[ScriptConfig]", flow.fn.__annotations__["config"])
    return Script(flow.name, flow.name, model, tuple(_divided_by(model)))


def unknown(script: Script, raw: Mapping[str, Any]) -> Json:
    """Return the places of what a configuration has no field for."""
    return {"places": script.unknown(raw)}


def parsed(script: Script, raw: Mapping[str, Any]) -> Json:
    """Return the answers of a configuration as a whole and for each target, or what is wrong with it."""
    try:
        config = script.parse(raw)
    except ValidationError as error:
        return {"errors": [_error(each, script) for each in error.errors(include_url=False, include_input=False)]}
    each = script.fan_out(config) if script.target_field(dict(config)) else []
    return {"config": _answers(config), "each": [_answers(one) for one in each]}


def read(script: Script, stored: Mapping[str, Any]) -> Json:
    """Return the answers of a stored configuration; {} where the script cannot read it now."""
    config = script.read(stored)
    return {} if isinstance(config, UnknownConfig) else {"config": _answers(config)}


def _why_no_script(flow: Flow[..., Any]) -> str | None:
    parameters = flow.parameters.properties
    if "config" not in parameters or "serial" not in parameters:
        return _DECORATE
    model = flow.fn.__annotations__.get("config")
    if not (isinstance(model, type) and issubclass(model, ScriptConfig)):
        return say(
            "own_scripts.configuration_must_class_own_made",
            "its configuration must be a class of its own, made from ScriptConfig of phonefleet.scripts.script",
        )
    return None


def _script(name: str, flow: Flow[..., Any], line: int) -> Json:
    script = script_of(flow)
    title, _, _ = (flow.description or flow.name).strip().partition("\n")
    return {
        "name": flow.name,
        "function": name,
        "line": line,
        "title": title,
        "acts": acts_as_account(flow.fn),
        "only_action": script.config.only_action,
        "cost_is_known": script.config.cost_is_known,
        "shares_targets": script.config.shares_targets,
        "target_fields": script.target_fields,
        "schema": script.config.model_json_schema(),
        "form": form(flow),
    }


def _divided_by(model: type[ScriptConfig]) -> Iterator[str]:
    return (field for field in model.one_task_for_each if field in model.model_fields)


def _error(error: Mapping[str, Any], script: Script) -> Json:
    reason = wording.reason(error)
    if error["type"] == "extra_forbidden" and (nearest := forms.nearest_name(script.config, error["loc"])):
        reason += f"; did you mean {nearest}?"
    return {"place": error["loc"], "reason": reason}


def _answers(config: ScriptConfig) -> Json:
    return {
        "stored": config.stored(),
        "targets": config.targets_by_field(),
        "cost": config.budget_cost(),
        "seconds": config.usual_duration().total_seconds(),
        "summary": config.summary(),
        "contacts": config.contacts_people(),
        "field_for_all": config.field_for_all_accounts(),
        "pictures": [(each.field, each.path, each.may_be_folder) for each in config.pictures()],
    }
