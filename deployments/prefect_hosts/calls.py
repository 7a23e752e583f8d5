"""The calls of Prefect's API that a worker makes: recorded from real ones, and nothing else is let through.

None of them makes, changes or deletes a deployment, a block, a variable or an automation, or deletes anything at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from phonefleet.settings import POOL

_ID: Final = "[0-9a-f-]{36}"
_NAME: Final = "[^/]+"

_CALLS: Final = (
    # Whether the server is there, and of which version
    ("GET", "/(health|ready|hello|version|admin/version)"),
    # The pool, its workers' heartbeats, and the queue of each phone
    ("GET", f"/work_pools/{POOL}"),
    ("POST", f"/work_pools/{POOL}/workers/heartbeat"),
    ("POST", f"/work_pools/{POOL}/get_scheduled_flow_runs"),
    ("POST", f"/work_pools/{POOL}/queues/?"),
    ("POST", f"/work_pools/{POOL}/queues/filter"),
    ("GET", f"/work_pools/{POOL}/queues/.+"),
    ("(GET|PATCH)", f"/work_queues/{_ID}"),
    # Runs, their flows, and what their engine writes
    ("POST", "/flow_runs/filter"),
    ("GET", f"/flow_runs/{_ID}"),
    ("PATCH", f"/flow_runs/{_ID}(/labels)?"),
    ("POST", f"/flow_runs/{_ID}/set_state"),
    ("GET", f"/flows/{_ID}"),
    ("GET", f"/deployments/{_ID}"),
    ("POST", "/deployments/filter"),
    ("POST", "/task_runs/"),
    ("POST", f"/task_runs/{_ID}/set_state"),
    ("GET", f"/task_runs/{_ID}"),
    ("POST", "/artifacts/"),
    ("POST", "/logs/"),
    ("POST", "/events"),
    ("GET", "/admin/storage"),
)
_PATTERNS: Final = tuple(re.compile(f"{method} /api{path}") for method, path in _CALLS)

SOCKETS: Final = frozenset({"/api/events/in", "/api/events/out", f"/api/work_pools/{POOL}/workers/connect"})
"""The WebSockets that a worker opens: what it tells of its runs' steps, what it hears, and its heartbeats."""


def may_call(method: str, path: str) -> bool:
    """Tell whether a worker makes this call."""
    return any(pattern.fullmatch(f"{method} {path}") for pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Decision:
    """A call that decides what becomes of a run: `kind` is "flow_runs", or "task_runs" for one of its steps."""

    kind: str
    id: str
    sets_state: bool


_DECISIONS: Final = re.compile(f"(POST|PATCH) /api/(flow_runs|task_runs)/({_ID})(/set_state|/labels)?")


def decides_about(method: str, path: str) -> Decision | None:
    """Return what a call decides about; None for one that decides about no run."""
    found = _DECISIONS.fullmatch(f"{method} {path}")
    return None if found is None else Decision(found[2], found[3], found[4] == "/set_state")
