"""What a fleet of a plan does to its processes, and what it refuses, without a fleet that runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from deployments.chaos.fleet import ChaosFleet, RealPhones
from deployments.chaos.host import WrongClock
from deployments.chaos.keeping import NotThere
from deployments.chaos.plan import Plan
from deployments.supervision.records import Records
from phonefleet.clock import StopSignal
from tests.client.served import fill, served
from tests.integration.stack import until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="made for Linux")


@pytest.fixture
def fleet(tmp_path: Path) -> ChaosFleet:
    return ChaosFleet(tmp_path, Plan(), StopSignal())


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[psutil.Process]:
    """A process that is recorded as the worker, and waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as started:
        Records(tmp_path / "run").write("worker", started.pid)
        yield psutil.Process(started.pid)
        started.kill()


def test_a_process_is_stopped_and_goes_on(fleet: ChaosFleet, worker: psutil.Process) -> None:
    fleet.pause("worker")
    until("the stop", lambda: worker.status() == psutil.STATUS_STOPPED)
    fleet.resume("worker")
    until("its going on", lambda: worker.status() != psutil.STATUS_STOPPED)


def test_a_process_is_killed_and_cannot_be_struck_again(fleet: ChaosFleet, worker: psutil.Process) -> None:
    fleet.kill("worker")
    worker.wait(30)
    with pytest.raises(NotThere, match="worker does not run just now"):
        fleet.kill("worker")


def test_a_host_that_has_not_joined_cannot_be_lost(fleet: ChaosFleet) -> None:
    with pytest.raises(NotThere, match="host 2 is no joined host of this fleet"):
        fleet.lose_host(2)


def test_where_a_phone_is_not_virtual_nothing_is_struck(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fleet: ChaosFleet
) -> None:
    fill(postgres_url)
    (tmp_path / "endpoints.json").write_text(json.dumps({"serials": []}))
    with served(postgres_url, tmp_path / "api") as api:
        monkeypatch.setattr(ChaosFleet, "api_url", api.url)
        with pytest.raises(RealPhones, match="is no virtual phone: nothing was struck"):
            fleet.serials()


@LINUX
def test_only_the_time_of_day_of_processes_that_read_it_is_wrong(tmp_path: Path) -> None:
    clock = WrongClock(tmp_path)
    ask = [sys.executable, "-c", "import time, datetime; print(time.time(), time.monotonic()); time.sleep(0.01)"]

    def told() -> tuple[float, float]:
        said = subprocess.run(ask, env=dict(clock.environment), capture_output=True, text=True, check=True).stdout
        day, monotonic = map(float, said.split())
        return day - time.time(), monotonic - time.monotonic()

    for wrong in (0, 300, -300):
        clock.shift(timedelta(seconds=wrong))
        day, monotonic = told()
        assert abs(day - wrong) < 60
        assert abs(monotonic) < 60
