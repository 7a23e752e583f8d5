"""An adb server of our own on a free port, and virtual phones behind it."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from adbutils import adb_path

from phonefleet.device import adb_server
from phonefleet.device.transport import FastAdbClient


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition of another thread or process."""
    ends = time.monotonic() + seconds
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < ends, "the condition did not come true in time"
        tick.wait(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_adb_server() -> Generator[int]:
    """Run an adb server that adopts no emulators; yields its port."""
    port = free_port()
    with subprocess.Popen(
        adb_server.command(port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        wait_until(lambda: adb_server.answers("127.0.0.1", port))
        try:
            yield port
        finally:
            kill_adb_server(port)
            server.kill()


def kill_adb_server(port: int) -> None:
    """End whichever adb server runs on the port."""
    subprocess.run([adb_path(), "-P", str(port), "kill-server"], check=False, capture_output=True)
    wait_until(lambda: not adb_server.answers("127.0.0.1", port))


@pytest.fixture(scope="session", autouse=True)
def no_usb() -> Iterator[None]:
    """Keep adb servers that are started from here off USB; they inherit this."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in adb_server.ENVIRONMENT_WITHOUT_USB.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def adb_port() -> Iterator[int]:
    with running_adb_server() as port:
        yield port


@pytest.fixture
def client(adb_port: int) -> FastAdbClient:
    return FastAdbClient(adb_port, timeout=timedelta(seconds=10))


@pytest.fixture
def mortal_client() -> Iterator[FastAdbClient]:
    """A client of an adb server that the test may kill."""
    with running_adb_server() as port:
        yield FastAdbClient(port, timeout=timedelta(seconds=10))


@pytest.fixture
def kill_adb(mortal_client: FastAdbClient) -> Callable[[], None]:
    """Ends the adb server of `mortal_client`."""
    return lambda: kill_adb_server(mortal_client.port)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until a condition of another thread or process is true."""
    return wait_until
