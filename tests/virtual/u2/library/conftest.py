"""The real uiautomator2 library, through the real adb, to a virtual phone with the trial app."""

from __future__ import annotations

import asyncio
import atexit
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import adbutils
import pytest
import uiautomator2

from phonefleet.virtual.assets import SERVER_JAR, server_jar
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.u2.server import U2Server
from phonefleet.virtual.wire.daemon import Daemon


@pytest.fixture(scope="session")
def adb() -> Iterator[adbutils.AdbClient]:
    """An adb server of our own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553"}
    command = [adbutils.adb_path(), "-P", str(port), "nodaemon", "server"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        wait_for_port(port)
        yield adbutils.AdbClient("127.0.0.1", port)
        server.terminate()


def wait_for_port(port: int, seconds: float = 30) -> None:
    """Return once something listens on the port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    message = f"nothing listens on port {port}"
    raise TimeoutError(message)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in a thread of its own, as the virtual phones' process has one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="virtual phones")
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def server_runs() -> bool:
    """Whether the server runs already when the library connects; if not, the library starts it and may restart it."""
    return True


@pytest.fixture
def running_phone(
    phone: VirtualPhone, *, server_runs: bool, loop: asyncio.AbstractEventLoop, adb: adbutils.AdbClient
) -> Iterator[VirtualPhone]:
    """The phone with the trial app in front, connected to adb."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    phone.serial = f"127.0.0.1:{bound.getsockname()[1]}"
    daemon = Daemon(phone, bound)
    phone.u2 = U2Server(phone)
    if (jar := server_jar()) is not None:
        phone.files.write(SERVER_JAR, jar, 0o755)
    if server_runs:
        phone.u2.start()
    asyncio.run_coroutine_threadsafe(daemon.start(), loop).result()
    adb.connect(phone.serial)
    yield phone
    adb.disconnect(phone.serial)
    asyncio.run_coroutine_threadsafe(daemon.stop(), loop).result()


@pytest.fixture
def device(running_phone: VirtualPhone, adb: adbutils.AdbClient) -> Iterator[uiautomator2.Device]:
    device = uiautomator2.connect(adb.device(running_phone.serial))
    device.settings["wait_timeout"] = 5.0
    yield device
    device.stop_uiautomator(wait=False)
    atexit.unregister(device.stop_uiautomator)
