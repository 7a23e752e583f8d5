"""The calls of Prefect's API that a worker makes: recorded from real ones, and nothing else is let through.

None of them makes, changes or deletes a deployment, a block, a variable or an automation, or deletes anything at all.
"""

from __future__ import annotations

import re
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
