"""How near a plan comes to what really happens: five phones with forty tasks each, after as many like them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.benchmarks.figures import report
from tests.benchmarks.test_fleet import running

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

PHONES = 5
LEARNT_FROM = [f"person_{number:04}" for number in range(41, 81)]
ASKED = [f"person_{number:04}" for number in range(1, 41)]
WAITS: dict[str, Any] = {"min_interval": 0.2, "max_interval": 1, "interval_unit": "seconds"}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def since(begun: datetime, times: dict[str, str]) -> dict[str, float]:
    """Return in how many seconds something is foreseen."""
    return {bound: (instant(at) - begun).total_seconds() for bound, at in times.items()}


def latest(tasks: Iterable[dict[str, Any]]) -> dict[str, datetime]:
    """Return when each phone ended its last task."""
    found: dict[str, datetime] = {}
    for task in tasks:
        end = instant(task["end_time"])
        found[task["serial"]] = max(end, found.get(task["serial"], end))
    return found


def test_the_expected_end_of_five_phones_with_forty_tasks_each_is_within_a_tenth_of_the_real_one() -> None:
    with running(PHONES) as stack:
        stack.finished(stack.post("follow", LEARNT_FROM, stack.serials, **WAITS), patience=600)
        body: dict[str, Any] = {
            "serials": stack.serials,
            "script_name": "follow",
            "script_config": {"target_users": ASKED},
        }
        plan = stack.call("POST", "/plan", body | WAITS)
        tasks = stack.finished(stack.post("follow", ASKED, stack.serials, **WAITS), patience=600)
    begun = instant(plan["start"]["expected"])
    ends = [instant(task["end_time"]) for task in tasks]
    real = max(ends) - begun
    mean_wait = statistics.fmean(task["wait_seconds"] for task in tasks)
    foreseen = since(begun, plan["end"])
    error = foreseen["expected"] / real.total_seconds() - 1
    took = {serial: last - begun for serial, last in latest(tasks).items()}
    report(
        f"plan of {PHONES} phones x {len(ASKED)} follows",
        real_s=real.total_seconds(),
        earliest_s=foreseen["earliest"],
        expected_s=foreseen["expected"],
        latest_s=foreseen["latest"],
        error_percent=100 * error,
        learnt_from=plan["phones"][0]["estimate"]["samples"],
        one_takes_s=plan["phones"][0]["estimate"]["expected"],
        one_took_s=statistics.fmean(lasted.total_seconds() for lasted in took.values()) / len(ASKED) - mean_wait,
        quickest_phone_s=min(took.values()).total_seconds(),
        slowest_phone_s=max(took.values()).total_seconds(),
        tried_again=sum(task["retry_count"] > 0 for task in tasks),
    )
    assert {task["status"] for task in tasks} == {2}
    assert {phone["estimate"]["basis"] for phone in plan["phones"]} == {"phone"}
    assert timedelta(seconds=foreseen["earliest"]) < real < timedelta(seconds=foreseen["latest"])
    assert abs(error) <= 0.1
