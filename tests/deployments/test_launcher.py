"""The launcher as people run it: a process that is stopped, interrupted, killed, and whose parts die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deployments.launcher.home import Home
from deployments.supervision.records import Records
from phonefleet.device.adb.server import ENVIRONMENT_WITHOUT_USB
from tests.deployments.processes import gone, with_descendants
from tests.integration.stack import Stack

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
]

Until = Callable[[Callable[[], object]], None]
PARTS = {"postgres", "prefect", "virtual", "adb", "api", "worker"}


class Up:
    """One `phonefleet up` with two virtual phones on free ports."""

    def __init__(self, home: Path, until: Until) -> None:
        self.home = Home(home)
        self._until = until
        ports = [f"--{name}-port=0" for name in ("api", "prefect", "adb", "world")]
        command = [sys.executable, "-m", "deployments.cli", "up", "--home", str(home), "--virtual", "2", *ports]
        self.output = home / "up.log"
        with self.output.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def until_said(self, words: str) -> None:
        self._until(lambda: words in self.output.read_text() or self.process.poll() is not None)
        assert words in self.output.read_text()

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(100)


def everything(launcher: int, records: Records) -> list[psutil.Process]:
    """Return every process that a launcher has started, however deep."""
    owned = [record.pid for record in records.all()]
    return [each for each in with_descendants([launcher, *owned]) if each.pid != launcher]


@pytest.fixture
def up(home: Path, until: Until) -> Iterator[Up]:
    started = Up(home, until)
    yield started
    if started.process.poll() is None:
        started.stop(signal.SIGTERM)


def test_parts_that_die_come_back_and_a_kill_of_the_launcher_leaves_nothing(pair: Stack, until: Until) -> None:
    environments = [psutil.Process(pair.endpoints["pids"][name]).environ() for name in ("api", "worker")]
    assert all(environment.items() >= ENVIRONMENT_WITHOUT_USB.items() for environment in environments)
    _parts_that_die_come_back(pair, until)

    records = Records(pair.home / "run")
    until(lambda: {record.name for record in records.all()} == PARTS)  # the automations are made after the start
    running = everything(pair.process.pid, records)
    pair.process.kill()
    pair.process.wait()
    until(lambda: all(gone(process) for process in running))


def _parts_that_die_come_back(pair: Stack, until: Until) -> None:
    before = pair.endpoints["pids"]
    adb = next(record for record in Records(pair.home / "run").all() if record.name == "adb")
    for pid in (before["worker"], before["virtual"], adb.pid):
        os.kill(pid, signal.SIGKILL)
    log = pair.home / "up.log"
    until(lambda: all(f"{part} is back" in log.read_text() for part in ("worker", "virtual", "adb")))
    after = pair.endpoints["pids"]
    assert {name for name in before if before[name] != after[name]} == {"worker", "virtual"}


def test_ctrl_c_during_the_start_ends_it_cleanly(up: Up, until: Until) -> None:
    up.until_said("Starting the Prefect server")
    until(lambda: len(Records(up.home.records).all()) > 1)
    running = everything(up.process.pid, Records(up.home.records))
    assert up.stop(signal.SIGINT) == 130
    until(lambda: all(gone(process) for process in running))
    assert "Traceback" not in up.output.read_text()
    assert Records(up.home.records).all() == []
