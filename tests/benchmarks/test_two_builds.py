"""What a run costs, beside another checkout of this project: processor time a task, tasks a minute, and memory.

Both builds run in the same test, with fleets of their own that take turns, so that they meet the same machine:

    git worktree add ../before a561d3a && (cd ../before && uv sync)
    PHONEFLEET_BENCH_BEFORE=../before uv run pytest tests/benchmarks/test_two_builds.py -m benchmark -s -p no:randomly
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil
import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PHONES: Final = int(os.environ.get("PHONEFLEET_BENCH_PHONES", "200"))
FOLLOWS: Final = int(os.environ.get("PHONEFLEET_BENCH_FOLLOWS", "5"))
TURNS: Final = int(os.environ.get("PHONEFLEET_BENCH_TURNS", "3"))
BEFORE: Final = os.environ.get("PHONEFLEET_BENCH_BEFORE")
OURS: Final = ("api", "prefect", "worker", "postgres", "launcher")
"""The processes of which a run's cost is the sum; the virtual phones stand for what costs this computer nothing."""
SAMPLED_EVERY: Final = 2.0


@dataclass(frozen=True)
class Turn:
    """What one turn of a build took: seconds, CPU seconds and the peak of memory in MiB by process."""

    tasks: int
    seconds: float
    cpu: dict[str, float]
    peak: dict[str, float]

    @property
    def cpu_a_task(self) -> float:
        return sum(self.cpu[name] for name in OURS) / self.tasks

    @property
    def tasks_a_minute(self) -> float:
        return self.tasks / self.seconds * 60

    @property
    def memory(self) -> float:
        return sum(self.peak[name] for name in OURS)


@pytest.mark.skipif(BEFORE is None, reason="PHONEFLEET_BENCH_BEFORE names no other checkout")
def test_a_run_costs_less_than_before() -> None:
    assert BEFORE is not None
    programs = {"before": Path(BEFORE).resolve() / ".venv" / "bin" / "phonefleet", "now": None}
    turns: dict[str, list[Turn]] = {"before": [], "now": []}
    with ExitStack() as stacks:
        fleets = {side: stacks.enter_context(_fleet(program)) for side, program in programs.items()}
        for fleet in fleets.values():  # what is read and made at the first run of all is not measured
            fleet.finished(fleet.post("follow", ["person_0001"], fleet.serials[:10]), patience=600)
        for number in range(TURNS):
            people = [f"person_{2 + number * FOLLOWS + each:04}" for each in range(FOLLOWS)]
            for side in ("before", "now") if number % 2 else ("now", "before"):
                turns[side].append(_turn(fleets[side], people))
    for side, taken in turns.items():
        _report(side, taken)
    ratios = {
        "cpu_a_task": _middle(turns, lambda turn: turn.cpu_a_task),
        "tasks_a_minute": _middle(turns, lambda turn: turn.tasks_a_minute),
        "memory": _middle(turns, lambda turn: turn.memory),
    }
    report(f"now beside before, medians of {TURNS} turns, {PHONES} phones x {FOLLOWS} follows", **ratios)
    assert ratios["cpu_a_task"] < 1


@contextmanager
def _fleet(program: Path | None) -> Generator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), PHONES, program=program) as stack:
            yield stack


def _turn(fleet: Stack, people: Iterable[str]) -> Turn:
    """Let the fleet follow these people, and measure until all have been."""
    with _Meter(fleet) as meter:
        began = time.monotonic()
        tasks = fleet.finished(fleet.post("follow", people, fleet.serials), patience=1800)
        seconds = time.monotonic() - began
    assert {task["status"] for task in tasks} == {2}
    return Turn(len(tasks), seconds, meter.used, meter.peak)


def _middle(turns: dict[str, list[Turn]], figure: Callable[[Turn], float]) -> float:
    """Return the median of a figure of the turns now, as a multiple of that before."""
    now, before = (statistics.median(figure(turn) for turn in turns[side]) for side in ("now", "before"))
    return now / before


def _report(side: str, taken: list[Turn]) -> None:
    names = taken[0].cpu
    report(
        f"{side}: {PHONES} phones x {FOLLOWS} follows, medians of {len(taken)} turns",
        tasks_a_minute=statistics.median(turn.tasks_a_minute for turn in taken),
        cpu_ms_a_task=1000 * statistics.median(turn.cpu_a_task for turn in taken),
        MiB=statistics.median(turn.memory for turn in taken),
        **{
            f"{name}_cpu_ms_a_task": 1000 * statistics.median(turn.cpu[name] / turn.tasks for turn in taken)
            for name in names
        },
        **{f"{name}_MiB": statistics.median(turn.peak[name] for turn in taken) for name in names},
    )


class _Meter:
    """Measures the processes of a fleet for the time of the block."""

    def __init__(self, fleet: Stack) -> None:
        pids = {name: fleet.pid(name) for name in ("api", "prefect", "worker", "postgres", "virtual")}
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items() if pid is not None}
        self._processes["launcher"] = psutil.Process(fleet.process.pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.peak = dict.fromkeys(self._processes, 0.0)
        self.used: dict[str, float] = {}

    def _sample(self) -> None:
        while True:
            for name, process in self._processes.items():
                self.peak[name] = max(self.peak[name], sum(_mebibytes(one) for one in _family(name, process)))
            if self._stop.wait(SAMPLED_EVERY):
                return

    def _cpu(self) -> dict[str, float]:
        return {name: sum(_seconds(one) for one in _family(name, each)) for name, each in self._processes.items()}

    def __enter__(self) -> Self:
        self._before = self._cpu()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.used = {name: after - self._before[name] for name, after in self._cpu().items()}
        self._stop.set()
        self._thread.join()


def _family(name: str, process: psutil.Process) -> list[psutil.Process]:
    """Return a process, and those of PostgreSQL's connections with its main one."""
    return [process, *process.children()] if name == "postgres" else [process]


def _seconds(process: psutil.Process) -> float:
    """Return the processor time of a process, and of those of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        ended = times.children_user + times.children_system if process.name().startswith("postgres") else 0.0
        return times.user + times.system + ended
    return 0.0


def _mebibytes(process: psutil.Process) -> float:
    """Return the memory of a process; what several share is divided among them."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.memory_full_info().pss / 2**20
    return 0.0
