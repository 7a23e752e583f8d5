"""Prefect is killed, and tasks are stopped and deleted while it is away: they stay so, and all others complete once."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.follows import each_once
from tests.integration.stack import Stack, until

_LATER = (datetime.now(UTC) + timedelta(days=300)).isoformat()
PEOPLE = ["person_0806", "person_0807", "person_0808"]
"""Nobody else follows them."""


def test_what_is_stopped_while_prefect_is_away_stays_stopped_and_all_else_completes_once(breakable: Stack) -> None:
    stack = breakable
    serial = stack.serials[0]
    pausing = stack.post("follow", ["person_0801", "person_0802"], [serial], min_interval=10, max_interval=10)[1]
    waiting, deleted = stack.post("follow", ["person_0803", "person_0804"], [serial], start_time=_LATER)
    runs = [started(stack, task_id) for task_id in (pausing, waiting, deleted)]
    others = stack.post("follow", PEOPLE, stack.serials[1:])
    until("the pause", lambda: stack.task(pausing)["status"] == 1)
    until("work in progress", lambda: any(stack.task(each)["status"] == 2 for each in others))

    pid = stack.endpoints["pids"]["prefect"]
    os.kill(pid, signal.SIGKILL)
    for task_id in (pausing, waiting):
        stack.call("POST", f"/task/{task_id}/stop")
    stack.call("DELETE", f"/task/{deleted}")
    assert ended(stack, waiting) == "stopped"
    until("another Prefect", lambda: stack.endpoints["pids"].get("prefect") not in {pid, None})
    until("answers", stack.answers)

    assert {task["status"] for task in stack.finished(others)} == {2}
    each_once(stack, PEOPLE, 6)
    until("the end of the pause", lambda: ended(stack, pausing) == "stopped")
    until("the end of all runs", lambda: {state(stack, run) for run in runs} == {"CANCELLED"})
    assert [ended(stack, task_id) for task_id in (pausing, waiting)] == ["stopped", "stopped"]
    assert stack.follows("person_0802") == []
    [after] = stack.finished(stack.post("follow", ["person_0805"], [serial]))
    assert after["status"] == 2, after["remark"]


def started(stack: Stack, task_id: int) -> str:
    """Wait for the task's flow run and return its id."""
    return str(until("the flow run", lambda: stack.task(task_id)["flow_run_id"]))


def ended(stack: Stack, task_id: int) -> str | None:
    """Return the remark of a task that has ended, None of another."""
    task: dict[str, Any] = stack.task(task_id)
    return task["remark"] if task["status"] == 3 else None


def state(stack: Stack, run_id: str) -> str:
    return stack.prefect("GET", f"/flow_runs/{run_id}")["state_type"]
