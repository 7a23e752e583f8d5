"""Every process is killed again and again while thirty phones work and a fifth of their calls fail: all completes once.

Nothing of an outage may show in a task: it waits for the database, Prefect or the API, and costs neither a retry nor an
outcome. What an account did is counted in the world.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PHONES = 30
PEOPLE = [f"person_{number:04}" for number in range(1, 11)]
FAULT_RATE = "0.2"
ROUNDS = 4
PROCESSES = ("worker", "prefect", "api", "postgres")
APART = 8.0
"""Seconds from one kill to the next: each process is away while another one comes back."""

PATIENCE = 2400.0


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_all_follows_complete_once_although_each_process_is_killed_four_times(seed: int) -> None:
    with tempfile.TemporaryDirectory(prefix="phonefleet-outages-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        options = ("--fault-rate", FAULT_RATE, "--seed", str(seed))
        environment = {"PHONEFLEET_RETRIES": "10", "PHONEFLEET_RETRY_WAIT": '["PT0.5S", "PT3S"]'}
        with Stack(home, PHONES, *options, **environment) as stack:
            started = time.monotonic()
            ids = stack.post("follow", PEOPLE, stack.serials)
            stack.strike(PROCESSES * ROUNDS, APART)
            killed_after = time.monotonic() - started
            left = sum(stack.task(task_id)["status"] < 2 for task_id in ids)
            tasks = stack.finished(ids, PATIENCE)
            seconds = time.monotonic() - started
            follows = Counter((follow["follower"], follow["followee"]) for follow in stack.world()["follows"])
            tell(seed, tasks, follows, seconds=seconds, last_kill_s=killed_after, open_then=left)
            wrong = [task for task in tasks if task["status"] != 2]
            assert not wrong, "\n".join(f"{task['id']}: {task['remark']}" for task in wrong) + stack.said()
    assert set(follows.values()) == {1}
    assert len(follows) == len(tasks) == PHONES * len(PEOPLE)


def tell(seed: int, tasks: list[dict[str, Any]], follows: Counter[tuple[str, str]], **more: float) -> None:
    states = Counter(action["state"] for task in tasks for action in task["actions"])
    report(
        f"{PHONES} phones x {len(PEOPLE)} follows, each process killed {ROUNDS} times, seed {seed}",
        completed=sum(task["status"] == 2 for task in tasks),
        failed=sum(task["status"] == 3 for task in tasks),
        doubled=sum(times > 1 for times in follows.values()),
        unknown=states["unknown"],
        retries=sum(task["retry_count"] for task in tasks),
        **more,
    )
    for task in tasks:
        if task["status"] != 2:
            report(f"task {task['id']} on {task['serial']}", remark=task["remark"], actions=str(task["actions"]))
