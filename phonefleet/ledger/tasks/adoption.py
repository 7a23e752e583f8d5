"""What a flow run says about the task that it is or becomes: its phone, and, for a stranger, what it is to do.

The worker and the API read runs here and nowhere else. This module knows no Prefect, only what a run carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from phonefleet.ledger.values import Adoption
from phonefleet.masking import masked
from phonefleet.text import bare_name


def serial_in(parameters: Mapping[str, Any]) -> str | None:
    """Return the phone that a run is for, by its parameter `serial`."""
    return _text(parameters, "serial")


def name_in(parameters: Mapping[str, Any]) -> str:
    """Return what names the phone of a run: a name of the phone, or of an account that is bound to it."""
    return serial_in(parameters) or _text(parameters, "username") or ""


def app_in(parameters: Mapping[str, Any]) -> str | None:
    """Return the app profile that a run is to drive, None where it takes the usual one."""
    return _text(parameters, "app") or None


def adoption(flow_run_id: UUID, script: str, parameters: Mapping[str, Any], created_at: datetime) -> Adoption:
    """Return what makes a task of a run that a person started in Prefect."""
    config: object = parameters.get("config")
    return Adoption(
        flow_run_id=flow_run_id,
        script_name=script,
        script_config=masked(config) if isinstance(config, dict) else {},
        serial=serial_in(parameters) or "",
        username=bare_name(_text(parameters, "username") or "") or None,
        created_at=created_at,
        app=_text(parameters, "app"),
    )


def _text(parameters: Mapping[str, Any], name: str) -> str | None:
    value: object = parameters.get(name)
    return value if isinstance(value, str) else None
