"""What a run costs on a joined host, whose worker reaches the ledger over HTTP, beside one on the main host.

    uv run pytest tests/benchmarks/test_joined_host.py -m benchmark -s -p no:randomly

Both hosts are on this machine and take turns, so that they meet the same one; the processor time of all processes
counts, those of the other host too, which rests meanwhile.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import psutil
import pytest

from tests.benchmarks.figures import report
from tests.hosts.second_host import SecondHost, second_host
from tests.integration.stack import Stack, running_stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PHONES: Final = int(os.environ.get("PHONEFLEET_BENCH_PHONES", "20"))
FOLLOWS: Final = int(os.environ.get("PHONEFLEET_BENCH_FOLLOWS", "5"))
TURNS: Final = int(os.environ.get("PHONEFLEET_BENCH_TURNS", "3"))
MOST: Final = 1.10
"""How much a run on a joined host may cost, as a multiple of one on the main host."""


@dataclass(frozen=True)
class Turn:
    """CPU seconds a task, by process."""

    cpu: dict[str, float]

    @property
    def whole(self) -> float:
        return sum(self.cpu.values())


def test_the_ledger_over_http_costs_a_run_less_than_a_tenth() -> None:
    with ExitStack() as exits:
        main = exits.enter_context(running_stack("phonefleet-bench-", PHONES))
        second = exits.enter_context(second_host(main, PHONES, plain=False, by_token=True))
        second.join(second.token())
        serials = {"main": main.serials, "joined": second.online()}
        turns: dict[str, list[Turn]] = {side: [] for side in serials}
        for phones in serials.values():  # what is read and made at the first run of all is not measured
            main.finished(main.post("follow", ["person_0001"], phones), 600)
        for number in range(TURNS):
            people = [f"person_{2 + number * FOLLOWS + each:04}" for each in range(FOLLOWS)]
            for side in ("main", "joined") if number % 2 else ("joined", "main"):
                turns[side].append(_turn(main, second, serials[side], people))
    for side, taken in turns.items():
        report(
            f"{side}: {PHONES} phones x {FOLLOWS} follows, CPU ms a task, medians of {TURNS} turns",
            **{name: 1000 * statistics.median(one.cpu[name] for one in taken) for name in taken[0].cpu},
            all=1000 * statistics.median(one.whole for one in taken),
        )
    ratio = _middle(turns["joined"]) / _middle(turns["main"])
    report("joined beside main", CPU_a_task=ratio)
    assert ratio < MOST


def _middle(taken: list[Turn]) -> float:
    return statistics.median(one.whole for one in taken)


def _turn(main: Stack, second: SecondHost, serials: list[str], people: list[str]) -> Turn:
    """Let these phones follow these people, and measure until all have been."""
    meter = _meter(main, second)
    before = {name: used() for name, used in meter.items()}
    tasks = main.finished(main.post("follow", people, serials), 1800)
    used = {name: used() - before[name] for name, used in meter.items()}
    assert {task["status"] for task in tasks} == {2}
    return Turn({name: seconds / len(tasks) for name, seconds in used.items()})


def _meter(main: Stack, second: SecondHost) -> dict[str, Callable[[], float]]:
    """Return what tells the CPU seconds of each process until now."""
    assert second.worker is not None
    pids = {name: main.pid(name) for name in ("api", "prefect", "worker", "postgres")}
    pids |= {"launcher": main.process.pid, "joined worker": second.worker.pid}
    found = {name: psutil.Process(pid) for name, pid in pids.items() if pid is not None}
    return {name: lambda one=one: _seconds(one) for name, one in found.items()}


def _seconds(process: psutil.Process) -> float:
    """Return the processor time of a process, of PostgreSQL with its connections, also those that have ended."""
    times = process.cpu_times()
    if not process.name().startswith("postgres"):
        return times.user + times.system
    running = sum(sum(one.cpu_times()[:2]) for one in process.children())
    return times.user + times.system + times.children_user + times.children_system + running
