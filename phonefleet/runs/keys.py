"""The idempotency key of a flow run: which task of which ledger it was made for."""

from __future__ import annotations

import re

_KEY = re.compile(r"task-(?P<ledger>[0-9a-f]+)-(?P<task>[0-9]{1,18})(-(?P<retry>[0-9]{1,18}))?", re.ASCII)


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


def retry_in(key: str | None) -> int | None:
    """Return how many retries a task had when this run was made for it; None for a stranger."""
    found = _KEY.fullmatch(key or "")
    return int(found["retry"] or 0) if found else None


def is_of_a_task(key: str | None) -> bool:
    """Tell whether a run was made for a task of any ledger, rather than by a person."""
    return _KEY.fullmatch(key or "") is not None
