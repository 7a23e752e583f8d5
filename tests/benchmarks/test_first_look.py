"""The first look at phones whose automation servers do not run: how soon all of a wall's tiles have a picture.

    uv run pytest tests/benchmarks/test_first_look.py -m benchmark -s -n0

Without a stack: virtual phones, adb and a process that starts servers as the worker does. Two ways in turn on the same
phones, so that a busy machine slows both: as it was, with `screencap` at once and the worker's look half a second
later, and as it is, with a hint at once and a wait for the server.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from api.fleet.screens import screens as module
from api.fleet.screens.grabber import WALL, Shape
from api.fleet.screens.screens import Screens
from phonefleet.clock import SystemClock
from phonefleet.device.adb.servers import AdbServers, ForEachHost
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.live_pictures import LivePictures
from phonefleet.ledger.fleet.device_list import ListedDevice
from tests.benchmarks.figures import report
from tests.benchmarks.test_device_calls import an_adb_server

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

TILES, TURNS = 48, 3
SHAPE = Shape(200, 60)
NEXT_LOOK = 0.5
"""Seconds until the worker looked, on average, when it looked once a second."""
FLEET = f"""
from virtual_phones.fleet import FleetOptions
from virtual_phones.server import run_fleet
run_fleet(FleetOptions(count={TILES}, base_port=0), lambda addresses: print(*addresses.serials, flush=True))
"""
WORKER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.session import PhoneSession
client = FastAdbClient(int(sys.argv[1]))
sessions = [PhoneSession(serial, client) for serial in sys.argv[2:]]
for session in sessions:
    session.install_server()
with ThreadPoolExecutor(len(sessions)) as lanes:
    for line in sys.stdin:
        list(lanes.map(PhoneSession.start_server if line.strip() == "start" else PhoneSession.close, sessions))
        print(line.strip(), flush=True)
"""


class Phones:
    """Phones that are online at the addresses which name them."""

    class Listed:
        state, current_task = "online", None

        def __init__(self, serial: str) -> None:
            self.address, self.host = serial, None
            self.addresses = (serial,)
            self.device = self
            self.serial, self.alias = serial, None

    async def named(self, names: Sequence[str]) -> dict[str, ListedDevice]:
        return {name: cast("ListedDevice", self.Listed(name)) for name in names}


def test_the_first_pictures_come_in_less_than_half_the_time_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    took: dict[str, list[float]] = {"before": [], "now": []}
    with _fleet() as serials, an_adb_server() as port:
        client = FastAdbClient(port)
        for serial in serials:
            client.connect(serial)
        with _worker(port, serials) as worker:
            for turn in range(TURNS):
                for way in ("before", "now") if turn % 2 else ("now", "before"):
                    with monkeypatch.context() as patch:
                        if way == "before":
                            patch.setattr(module, "_SERVER_STARTS", timedelta(0))
                            patch.setattr(module, "_DEAR_AT_ONCE", TILES)
                        took[way].append(asyncio.run(_all_pictures(port, serials, worker, way)))
                    _say(worker, "stop")
                    assert worker.stdout is not None
                    while worker.stdout.readline().strip() != "stop":
                        pass
    before, now = (statistics.median(took[way]) for way in ("before", "now"))
    report(f"all of {TILES} first pictures, median of {TURNS}, s", before=before, now=now, ratio=now / before)
    assert now < before / 2


async def _all_pictures(port: int, serials: Sequence[str], worker: subprocess.Popen[str], way: str) -> float:
    """Watch all phones as a wall does; return the seconds until each has a picture."""
    loop, began = asyncio.get_running_loop(), time.monotonic()
    phones = Phones()
    pictures = ForEachHost(AdbServers(port), lambda server: LivePictures(server, limit=timedelta(seconds=20)))
    with Screens(pictures, cast("Any", phones), SystemClock()) as screens:
        found = await phones.named(serials)
        grabbers = [screens.watch(listed, SHAPE, WALL) for listed in found.values()]
        loop.call_later(NEXT_LOOK if way == "before" else 0, _say, worker, "start")
        shown = [grabber for grabber in grabbers if grabber is not None]
        with screens.hearing(shown) as changed:
            while not all(grabber.shot for grabber in shown):
                await changed.wait()
                changed.clear()
                for grabber in shown:
                    grabber.want(WALL)
        return time.monotonic() - began


def _say(worker: subprocess.Popen[str], word: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(word + "\n")
    worker.stdin.flush()


@contextmanager
def _fleet() -> Generator[list[str]]:
    with subprocess.Popen([sys.executable, "-c", FLEET], stdout=subprocess.PIPE, text=True) as fleet:
        assert fleet.stdout is not None
        try:
            yield fleet.stdout.readline().split()
        finally:
            fleet.terminate()


@contextmanager
def _worker(port: int, serials: Sequence[str]) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", WORKER, str(port), *serials]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        yield worker
        assert worker.stdin is not None
        worker.stdin.close()
