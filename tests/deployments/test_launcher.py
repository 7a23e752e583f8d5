"""The launcher as people run it: a process that is stopped, interrupted, killed, and whose parts die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deployments.launcher.home import Home
from deployments.supervision.records import Records
from phonefleet.device.adb.server import ENVIRONMENT_WITHOUT_USB
from phonefleet.scripts import FLOWS
from tests.deployments.processes import gone, with_descendants

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
]

Until = Callable[[Callable[[], object]], None]
PATIENCE = 60.0
"""Seconds that an answer may take on a busy machine."""
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

    @property
    def endpoints(self) -> dict[str, Any]:
        return json.loads(self.home.endpoints.read_text())

    def until_ready(self) -> None:
        self._until(lambda: self.home.endpoints.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.output.read_text()

    def until_said(self, words: str) -> None:
        self._until(lambda: words in self.output.read_text() or self.process.poll() is not None)
        assert words in self.output.read_text()

    def everything(self) -> list[psutil.Process]:
        """Return every process that the launcher has started, however deep."""
        owned = [record.pid for record in Records(self.home.records).all()]
        return [each for each in with_descendants([self.process.pid, *owned]) if each.pid != self.process.pid]

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(100)


@pytest.fixture
def up(home: Path, until: Until) -> Iterator[Up]:
    started = Up(home, until)
    yield started
    if started.process.poll() is None:
        started.stop(signal.SIGTERM)


def test_everything_is_ready_when_the_endpoints_are_written_and_a_kill_of_the_launcher_leaves_nothing(
    up: Up, until: Until
) -> None:
    up.until_ready()
    _all_answer(up)
    environments = [psutil.Process(up.endpoints["pids"][name]).environ() for name in ("api", "worker")]
    assert all(environment.items() >= ENVIRONMENT_WITHOUT_USB.items() for environment in environments)
    _parts_that_die_come_back(up)

    running = up.everything()
    assert {record.name for record in Records(up.home.records).all()} == PARTS
    up.process.kill()
    up.process.wait()
    until(lambda: all(gone(process) for process in running))


def _all_answer(up: Up) -> None:
    where = up.endpoints
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        license_check = client.get(f"{where['api']}/api/v1/license/check").json()
        devices = client.get(f"{where['api']}/api/v1/devices").json()["data"]["devices"]
        world = client.get(f"{where['world']}/world").json()
        user, _, password = (up.home.root / "prefect-auth").read_text().strip().partition(":")
        prefect = f"{where['prefect']}/api/deployments/filter"
        refused = client.post(prefect, json={})
        deployments = client.post(prefect, json={}, auth=(user, password)).json()
        page = client.get(where["prefect"], follow_redirects=True)
    assert (license_check["code"], license_check["data"]["api_enabled"]) == (0, True)
    named = {device["alias"]: device["serial"] for device in devices}  # listed by serial
    assert named == dict(zip(["device_serial_1", "device_serial_2"], where["serials"], strict=True))
    assert world["follows"] == []
    assert refused.status_code == 401
    assert {deployment["name"] for deployment in deployments} == set(FLOWS)
    assert "<html" in page.text
    assert all(where["pids"].values())


def _parts_that_die_come_back(up: Up) -> None:
    before = up.endpoints["pids"]
    adb = next(record for record in Records(up.home.records).all() if record.name == "adb")
    for pid in (before["worker"], before["virtual"], adb.pid):
        os.kill(pid, signal.SIGKILL)
    for part in ("worker is back", "virtual is back", "adb is back"):
        up.until_said(part)
    after = up.endpoints["pids"]
    assert {name for name in before if before[name] != after[name]} == {"worker", "virtual"}


def test_ctrl_c_during_the_start_ends_it_cleanly(up: Up, until: Until) -> None:
    up.until_said("Starting the Prefect server")
    until(lambda: len(Records(up.home.records).all()) > 1)
    running = up.everything()
    assert up.stop(signal.SIGINT) == 130
    until(lambda: all(gone(process) for process in running))
    assert "Traceback" not in up.output.read_text()
    assert Records(up.home.records).all() == []
