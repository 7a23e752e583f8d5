"""How long commands and `up` take here, as a ratio to another checkout: PHONEFLEET_BENCH_BEFORE names its folder.

The other needs a virtual environment of its own, in `.venv`. Both run in turn. Where a machine has other things to do,
the time of the processor says more than that of the clock, so both are told.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.client.served import fill, served

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif("PHONEFLEET_BENCH_BEFORE" not in os.environ, reason="there is nothing to compare with"),
]

HERE = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("PHONEFLEET_BENCH_ROUNDS", "7"))
Times = tuple[float, float]
"""Seconds on the clock, and seconds of the processor."""


@pytest.fixture
def before() -> Path:
    """The other checkout."""
    return Path(os.environ["PHONEFLEET_BENCH_BEFORE"])


@pytest.mark.parametrize("words", [("--help",), ("task", "--help"), ("up", "--help")], ids=" ".join)
def test_help_in_ratio(before: Path, words: tuple[str, ...]) -> None:
    _tell(" ".join(words), *_in_turn(before, lambda checkout: _command(checkout, *words)))


def test_a_list_of_tasks_in_ratio(before: Path, postgres_url: str, tmp_path: Path) -> None:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as api:
        _tell("task list", *_in_turn(before, lambda checkout: _command(checkout, "task", "list", "--api", api.url)))


def test_up_until_ready_in_ratio(before: Path, open_folder: Path) -> None:
    homes = (open_folder / f"home-{number}" for number in count())
    _tell("up --virtual 3", *_in_turn(before, lambda checkout: _up(checkout, next(homes))))


def _in_turn(before: Path, run: Callable[[Path], Times]) -> tuple[list[Times], list[Times]]:
    pairs = [(run(before), run(HERE)) for _ in range(ROUNDS)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _tell(what: str, then: list[Times], now: list[Times]) -> None:
    for place, name in enumerate(("clock", "processor")):
        old, new = (statistics.median(times[place] for times in each) for each in (then, now))
        print(f"{what}: {name} {old:.2f} s -> {new:.2f} s, ratio {new / old:.2f}")  # noqa: T201 - the figures are the point


def _command(checkout: Path, *words: str) -> Times:
    started, spent = time.perf_counter(), _spent()
    subprocess.run(_phonefleet(checkout, *words), cwd=checkout, env=_environment(), capture_output=True, check=True)
    return time.perf_counter() - started, _spent() - spent


def _up(checkout: Path, home: Path) -> Times:
    """Start everything on an empty home and stop it; the processor's time is that of the whole life."""
    ports = ("--api-port", "0", "--prefect-port", "0")
    started, spent = time.perf_counter(), _spent()
    with subprocess.Popen(
        _phonefleet(checkout, "up", "--virtual", "3", "--home", str(home), *ports), cwd=checkout, env=_environment(),
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith("Ready"):
            assert line, "it has ended before it was ready"
        took = time.perf_counter() - started
        process.terminate()
        process.stdout.read()
    assert process.returncode == 0
    return took, _spent() - spent


def _phonefleet(checkout: Path, *words: str) -> list[str]:
    return [str(checkout / ".venv" / "bin" / "python"), "-m", "deployments.cli", *words]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PHONEFLEET_", "PREFECT_"))}


def _spent() -> float:
    """Return the seconds of the processor that ended children have used; there are none to ask for on Windows."""
    assert sys.platform != "win32"
    told = os.times()
    return told.children_user + told.children_system
