"""The whole product under load: how soon a task starts, how many phones one worker carries, what survives a kill -9."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@contextmanager
def running(phones: int, **environment: str) -> Generator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), phones, **environment) as stack:
            yield stack


def test_a_task_on_an_idle_phone_is_running_within_seven_tenths_of_a_second() -> None:
    with running(1) as stack:
        delays: list[float] = []
        for number in range(1, 22):
            posted = time.time()
            [task] = stack.finished(stack.post("follow", [f"person_{number:04}"], stack.serials))
            delays.append(datetime.fromisoformat(task["start_time"]).timestamp() - posted)
    report("POST to Running, idle phone", runs=len(delays), median_s=statistics.median(delays), worst_s=max(delays))
    assert statistics.median(delays) < 0.7


def test_fifty_phones_follow_five_people_each_in_one_worker() -> None:
    people = [f"person_{number:04}" for number in range(1, 6)]
    with running(50) as stack:
        started = time.monotonic()
        tasks = stack.finished(stack.post("follow", people, stack.serials), patience=600)
        seconds = time.monotonic() - started
        memory = psutil.Process(stack.endpoints["pids"]["worker"]).memory_info().rss / 2**20
        follows = [(follow["follower"], follow["followee"]) for follow in stack.world()["follows"]]
        virtual = psutil.Process(stack.endpoints["pids"]["virtual"]).memory_info().rss / 2**20
    report(
        "50 phones x 5 follows",
        completed=sum(task["status"] == 2 for task in tasks),
        seconds=seconds,
        follows_a_minute=len(tasks) / seconds * 60,
        worker_MiB=memory,
        virtual_phones_MiB=virtual,
    )
    assert {task["status"] for task in tasks} == {2}
    assert len(follows) == len(set(follows)) == 250
    assert memory < 600


def test_a_worker_killed_three_times_loses_and_doubles_nothing() -> None:
    people = [f"person_{number:04}" for number in range(1, 6)]
    with running(10) as stack:
        ids = stack.post("follow", people, stack.serials)
        for share in (8, 20, 32):
            until(f"{share} done", lambda share=share: stack.call("GET", "/task/stats")["completed"] >= share)
            stack.kill("worker")
        tasks = stack.finished(ids, patience=600)
        follows = [(follow["follower"], follow["followee"]) for follow in stack.world()["follows"]]
    report(
        "50 follows, worker killed three times", completed=sum(t["status"] == 2 for t in tasks), follows=len(follows)
    )
    assert {task["status"] for task in tasks} == {2}
    assert len(follows) == len(set(follows)) == 50
