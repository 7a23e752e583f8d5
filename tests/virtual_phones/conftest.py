"""An adb server of our own, and running virtual fleets."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import adbutils
import pytest

from deployments.launcher.ports import claim
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

Adb = Callable[..., subprocess.CompletedProcess[bytes]]


def _wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < ends, "the condition did not come true in time"
        tick.wait(0.02)


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until a condition of another thread or process is true."""
    return _wait_until


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def adb_port() -> Iterator[int]:
    """The port of an adb server that looks for no USB and adopts no emulators."""
    port = claim(0, "")
    environment = {**os.environ, "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553", "ADB_USB": "0", "ADB_MDNS": "0"}
    command = [adbutils.adb_path(), "-P", str(port), "nodaemon", "server"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
        _wait_until(lambda: _listens(port))
        yield port
        server.terminate()


@pytest.fixture
def client(adb_port: int) -> adbutils.AdbClient:
    return adbutils.AdbClient("127.0.0.1", adb_port)


@pytest.fixture
def adb(adb_port: int) -> Adb:
    """Runs the adb program and returns what it did."""

    def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [adbutils.adb_path(), "-P", str(adb_port), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)

    return run


@pytest.fixture
def connected(client: adbutils.AdbClient) -> Iterator[Callable[[str], adbutils.AdbDevice]]:
    """Connects a phone by its serial, and disconnects it afterwards."""
    serials: list[str] = []

    def connect(serial: str) -> adbutils.AdbDevice:
        serials.append(serial)
        assert "connected to" in client.connect(serial, timeout=30)
        return client.device(serial)

    yield connect
    for serial in serials:
        client.disconnect(serial)


@pytest.fixture
def fleet() -> Iterator[BackgroundFleet]:
    """Two new virtual phones, about which nothing is particular."""
    with BackgroundFleet(FleetOptions(count=2, base_port=0, plain=True)) as fleet:
        yield fleet


@pytest.fixture
def device(fleet: BackgroundFleet, connected: Callable[[str], adbutils.AdbDevice]) -> adbutils.AdbDevice:
    """The first phone, connected."""
    return connected(fleet.serials[0])
