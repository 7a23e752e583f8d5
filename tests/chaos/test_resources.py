"""The growth of memory, threads and descriptors over a run."""

from __future__ import annotations

import pytest

from deployments.chaos.resources import Usage, slope, trends


def used(at: float, memory: float, pid: int = 1, process: str = "worker") -> Usage:
    return Usage(at, process, pid, memory, 10, 20)


def test_the_slope_is_the_growth_in_an_hour() -> None:
    assert slope([(0, 1.0), (1800, 2.0), (3600, 3.0)]) == pytest.approx(2.0)
    assert slope([(0, 1.0), (1, 2.0)]) is None
    assert slope([(5, 1.0)] * 4) is None


def test_a_trend_is_of_the_second_half_of_the_longest_life() -> None:
    first = [used(float(at), 100.0, pid=1) for at in range(3)]
    second = [used(10.0 + at, 50.0 if at < 10 else 60.0, pid=2) for at in range(20)]
    memory, threads, descriptors = trends([*second, *first])
    assert (memory.process, memory.measure, memory.first, memory.last, memory.most) == (
        "worker",
        "memory_mb",
        50,
        60,
        60,
    )
    assert memory.an_hour == pytest.approx(0.0)
    assert (threads.last, descriptors.last) == (10, 20)


def test_each_process_has_its_own() -> None:
    found = trends([used(0, 1), used(0, 5, process="api")])
    assert [(trend.process, trend.first) for trend in found if trend.measure == "memory_mb"] == [
        ("api", 5),
        ("worker", 1),
    ]
