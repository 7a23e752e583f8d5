"""What keeps the programs of a computer running: what is killed is started again, but not while there is no power."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from deployments.chaos.keeping import Kept, NotThere, named
from deployments.launcher.home import Home
from deployments.supervision.service import Child, Program
from phonefleet.clock import StopSignal
from tests.integration.stack import until

WAITS = [sys.executable, "-c", "import time; time.sleep(3600)"]


@pytest.fixture
def computer(tmp_path: Path) -> Generator[Kept]:
    home = Home(tmp_path)
    kept = Kept(home, lambda: [Child(Program("program", WAITS, {}, home.log("program")))], StopSignal())
    kept.start()
    yield kept
    kept.end()
    assert kept.processes == {}


def test_what_is_killed_is_started_again(computer: Kept) -> None:
    killed = named(computer.processes, "program")
    killed.kill()
    until("another process", lambda: computer.processes.get("program", killed) != killed)


def test_without_power_nothing_runs_until_it_is_back(computer: Kept) -> None:
    before = named(computer.processes, "program")
    computer.cut_power()
    before.wait(60)
    assert not computer.on
    with pytest.raises(NotThere, match="program does not run just now"):
        named(computer.processes, "program")
    computer.restore_power()
    assert computer.on
    until("another process", lambda: "program" in computer.processes)
