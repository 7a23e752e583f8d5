"""What a flow run says about its task: the key that it was made with, and, for a stranger, what it is to do.

The worker and the API read runs here and nowhere else. This module knows no Prefect, only what a run carries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from phonefleet.ledger.values import Adoption
from phonefleet.masking import masked

_KEY = re.compile(r"task-(?P<ledger>[0-9a-f]+)-(?P<task>[0-9]{1,18})(-[0-9]+)?", re.ASCII)


def run_key(ledger_id: str, task_id: int, retry_count: int = 0) -> str:
    """Return the idempotency key of a task's flow run; a task that lost its run gets another key with its retry.

    The ledger's own id is part of it: a new ledger counts from 1 again, and Prefect may remember the old one's runs.
    """
    return f"task-{ledger_id}-{task_id}" + (f"-{retry_count}" if retry_count else "")


def task_id_in(key: str | None, ledger_id: str) -> int | None:
    """Return the id of the task that a run was made for; None for a stranger, also one of another ledger.

    Tags do not count: people copy them when they start a run again by hand.
    """
    found = _KEY.fullmatch(key or "")
    return int(found["task"]) if found and found["ledger"] == ledger_id else None


def is_of_a_task(key: str | None) -> bool:
    """Tell whether a run was made for a task of any ledger, rather than by a person."""
    return _KEY.fullmatch(key or "") is not None


def serial_in(parameters: Mapping[str, Any]) -> str | None:
    """Return the phone that a run is for, by its parameter `serial`."""
    return _text(parameters, "serial")


def adoption(flow_run_id: UUID, script: str, parameters: Mapping[str, Any], created_at: datetime) -> Adoption:
    """Return what makes a task of a run that a person started in Prefect."""
    config: object = parameters.get("config")
    return Adoption(
        flow_run_id=flow_run_id,
        script_name=script,
        script_config=masked(config) if isinstance(config, dict) else {},
        serial=serial_in(parameters) or "",
        username=_text(parameters, "username"),
        created_at=created_at,
        app=_text(parameters, "app"),
    )


def _text(parameters: Mapping[str, Any], name: str) -> str | None:
    value: object = parameters.get(name)
    return value if isinstance(value, str) else None
