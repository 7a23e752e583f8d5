"""How close a loaded fleet comes to an ideal one: the makespan of tasks with waits, and from due to Running.

    PHONEFLEET_BENCH_PHONES=200 PHONEFLEET_BENCH_FOLLOWS=10 \
        uv run pytest tests/benchmarks/test_makespan.py -m benchmark -s -n0 -p no:randomly
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PHONES: Final = int(os.environ.get("PHONEFLEET_BENCH_PHONES", "100"))
FOLLOWS: Final = int(os.environ.get("PHONEFLEET_BENCH_FOLLOWS", "5"))
WAITS: Final[dict[str, Any]] = {"min_interval": 20, "max_interval": 40, "interval_unit": "seconds"}
APART: Final = timedelta(milliseconds=500)
"""Between the due times of two phones, in the measurement from due to Running."""

REST: Final = 60.0
"""For how many seconds the idle fleet is measured."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), PHONES) as running:
            running.finished(running.post("follow", ["person_0001"], running.serials), patience=1200)
            yield running


def test_a_fleet_that_waits_and_acts_comes_close_to_the_ideal(stack: Stack) -> None:
    quick = statistics.median(_action(task) for task in _one_after_the_other(stack, range(2, 22)))
    people = [f"person_{number:04}" for number in range(30, 30 + FOLLOWS)]
    posted = datetime.now(UTC)
    tasks = stack.finished(stack.post("follow", people, stack.serials, **WAITS), patience=3000)
    makespan = (max(_instant(task["end_time"]) for task in tasks) - posted).total_seconds()
    ideal = max(_ideals(tasks, quick))
    actions = sorted(_actions(tasks))
    report(
        f"{PHONES} phones x {FOLLOWS} follows, waits of 20 to 40 s",
        makespan_s=makespan,
        ideal_s=ideal,
        ratio=makespan / ideal,
        action_idle_fleet_s=quick,
        action_median_s=statistics.median(actions),
        action_p95_s=_p95(actions),
        tasks_a_minute=len(tasks) / makespan * 60,
    )
    assert {task["status"] for task in tasks} == {2}


def test_a_task_that_is_due_runs_at_once_on_an_idle_fleet(stack: Stack) -> None:
    first = datetime.now(UTC) + timedelta(seconds=20 + PHONES / 10)
    ids = [
        task_id
        for number, serial in enumerate(stack.serials)
        for task_id in stack.post("follow", ["person_0028"], [serial], start_time=(first + number * APART).isoformat())
    ]
    tasks = stack.finished(ids, patience=600)
    due = [first + number * APART for number in range(len(ids))]
    late = sorted((_instant(task["start_time"]) - at).total_seconds() for task, at in zip(tasks, due, strict=True))
    report(
        f"due to Running, {PHONES} idle phones", median_s=statistics.median(late), p95_s=_p95(late), worst_s=late[-1]
    )
    assert {task["status"] for task in tasks} == {2}


def test_an_idle_fleet_costs_next_to_nothing(stack: Stack) -> None:
    time.sleep(REST / 2)  # what the last runs have left to do
    before = _used(stack)
    time.sleep(REST)
    used = {name: 100 * (after - before[name]) / REST for name, after in _used(stack).items()}
    report(f"{PHONES} idle phones, % of a core", **used, all_but_the_phones=sum(used.values()) - used["virtual"])


def _one_after_the_other(stack: Stack, people: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Yield tasks that ran on a fleet in which nothing else was done."""
    for number, serial in zip(people, stack.serials, strict=False):
        yield from stack.finished(stack.post("follow", [f"person_{number:04}"], [serial]))


def _ideals(tasks: Sequence[dict[str, Any]], quick: float) -> Iterator[float]:
    """Yield for each phone the sum of its waits, with actions as quick as on an idle fleet, in seconds."""
    waits: defaultdict[str, float] = defaultdict(float)
    for task in tasks:
        waits[task["serial"]] += task["wait_seconds"] + quick
    yield from waits.values()


def _action(task: dict[str, Any]) -> float:
    """Return for how many seconds a task without a wait has run."""
    return (_instant(task["end_time"]) - _instant(task["start_time"])).total_seconds()


def _actions(tasks: Sequence[dict[str, Any]]) -> Iterator[float]:
    """Yield for how many seconds tasks have run after their waits, which count from the end of the phone's last one."""
    ended: dict[str, datetime] = {}
    for task in sorted(tasks, key=lambda task: task["start_time"]):
        start, end, phone = _instant(task["start_time"]), _instant(task["end_time"]), task["serial"]
        acts = max(start, ended.get(phone, start) + timedelta(seconds=task["wait_seconds"]))
        yield (end - acts).total_seconds()
        ended[phone] = end


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _p95(values: Sequence[float]) -> float:
    return values[int(0.95 * (len(values) - 1))]


def _used(stack: Stack) -> dict[str, float]:
    """Return the processor time of the processes so far, in seconds."""
    pids = {name: stack.pid(name) for name in ("api", "prefect", "worker", "postgres", "virtual")}
    found = {name: psutil.Process(pid) for name, pid in pids.items() if pid is not None}
    found["launcher"] = psutil.Process(stack.process.pid)
    return {name: sum(_seconds(one) for one in (each, *_connections(name, each))) for name, each in found.items()}


def _connections(name: str, process: psutil.Process) -> list[psutil.Process]:
    return process.children() if name == "postgres" else []


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
