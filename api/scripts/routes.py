"""The route that lists the scripts. Scripts come from the owner's folder alone: none can be sent to the API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter

from api.answers.envelope import Envelope
from api.resources import TheResources
from api.scripts.schemas import ScriptList, ScriptOut
from phonefleet.own_scripts.catalogue import Look, flaws_named
from phonefleet.own_scripts.configured import OwnScript
from phonefleet.own_scripts.described import Flaw
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.script import Script

router = APIRouter(tags=["scripts"])


@router.get("/scripts")
def list_scripts(resources: TheResources) -> Envelope[ScriptList]:
    """List what a request may name as its script, with the JSON schema of each one's configuration."""
    return Envelope(data=listed(resources.scripts))


def listed(scripts: Scripts) -> ScriptList:
    """Return all scripts as the answer lists them; the command line shows the same while no server runs."""
    told = [*(_ours(script) for script in SCRIPTS.values()), *_own(scripts.look())]
    return ScriptList(scripts=told, folder=str(scripts.own.folder) if scripts.own else None)


def _own(look: Look) -> list[ScriptOut]:
    usable = [_usable(script) for script in look.scripts.values()]
    return sorted([*usable, *(_flawed(name, flaw) for name, flaw in flaws_named(look.flaws))], key=lambda one: one.name)


def _ours(script: Script) -> ScriptOut:
    schema = _schema(script.name)
    return ScriptOut(own=False, config_schema=schema, description=_described(schema), **_said(script))


def _usable(script: OwnScript) -> ScriptOut:
    described = script.described
    schema = dict(described.schema)
    told = {"description": _described(schema), "config_schema": schema}
    return ScriptOut(own=True, file=str(described.file), **told, **_said(script))


def _flawed(name: str, flaw: Flaw) -> ScriptOut:
    return ScriptOut(name=name, title="", own=True, file=str(flaw.file), flaw=str(flaw))


def _said(script: Script) -> dict[str, Any]:
    return {
        "name": script.name,
        "title": script.title,
        "acts": script.irreversible,
        "only_action": script.config.only_action,
        "target_fields": list(script.target_fields),
    }


def _described(schema: Mapping[str, Any]) -> str:
    """Return the docstring of a configuration on one line."""
    return " ".join(str(schema.get("description", "")).split())


@cache
def _schema(name: str) -> dict[str, Any]:
    return SCRIPTS[name].config.model_json_schema()
