"""The real uiautomator2 library, through the real adb, to a virtual phone with the trial app."""

from __future__ import annotations

import asyncio
import atexit
import socket
import threading
from collections.abc import Iterator

import adbutils
import pytest
import uiautomator2

from virtual_phones.phone import VirtualPhone
from virtual_phones.system.assets import SERVER_JAR, server_jar
from virtual_phones.u2.server import U2Server
from virtual_phones.wire.daemon import Daemon


@pytest.fixture
def adb_client(adb_port: int) -> adbutils.AdbClient:
    return adbutils.AdbClient("127.0.0.1", adb_port)


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
    phone: VirtualPhone, *, server_runs: bool, loop: asyncio.AbstractEventLoop, adb_client: adbutils.AdbClient
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
    adb_client.connect(phone.serial)
    yield phone
    adb_client.disconnect(phone.serial)
    asyncio.run_coroutine_threadsafe(daemon.stop(), loop).result()


@pytest.fixture
def device(running_phone: VirtualPhone, adb_client: adbutils.AdbClient) -> Iterator[uiautomator2.Device]:
    device = uiautomator2.connect(adb_client.device(running_phone.serial))
    device.settings["wait_timeout"] = 5.0
    yield device
    device.stop_uiautomator(wait=False)
    atexit.unregister(device.stop_uiautomator)
