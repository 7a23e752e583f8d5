"""How tests take phones over, and what runs on the phones meanwhile."""

from __future__ import annotations

from typing import Any

import httpx

from tests.integration.stack import Stack, until


def api(stack: Stack, method: str, path: str, **content: Any) -> httpx.Response:
    return httpx.request(method, f"{stack.endpoints['api']}/api/v1{path}", timeout=60, **content)


def take(stack: Stack, serial: str, by: str = "Ann", **more: object) -> str:
    """Ask for a phone, and return the lease."""
    return stack.call("POST", f"/devices/{serial}/takeover", {"by": by, **more})["lease"]


def await_held(stack: Stack, serial: str) -> None:
    until("the takeover", lambda: stack.call("GET", f"/devices/{serial}/takeover")["state"] == "held")


def enter(stack: Stack, serial: str, lease: str, **what: object) -> dict[str, Any]:
    return stack.call("POST", f"/devices/{serial}/takeover/input", {"lease": lease, **what})


def follow_many(stack: Stack, serial: str, first: int) -> tuple[list[str], int]:
    """Start one task that follows six people, and return it with them once the first has been followed.

    It rests for a moment between two people, on the phone: by default it would leave the phone for up to 10 min.
    """
    targets = [f"person_{number:04}" for number in range(first, first + 6)]
    [task_id] = stack.call(
        "POST",
        "/task",
        {
            "serials": [serial],
            "script_name": "super_marketing",
            "script_config": {
                "targets": targets,
                "features": {"followUsers": True},
                "task_interval": [0.02, 0.02],
            },
        },
    )["task_ids"]
    until("a follow", lambda: any(stack.follows(target) for target in targets))
    return targets, task_id
