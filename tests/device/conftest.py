"""An adb server of our own on a free port, and virtual phones behind it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import psutil
import pytest
from adbutils import adb_path

from deployments.launcher.ports import claim
from phonefleet.device.adb import link
from phonefleet.device.adb import server as adb_server
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.geometry import Rect
from tests.device.clocks import MovableClock
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Direction, Node
from virtual_phones.u2.server import U2Server
from virtual_phones.wire.daemon import Daemon

_KILLED_WITHIN = 30.0
CALL_TIMEOUT = timedelta(seconds=10)


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for a condition of another thread or process."""
    ends = time.monotonic() + seconds
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < ends, "the condition did not come true in time"
        tick.wait(0.02)


@contextmanager
def running_adb_server() -> Generator[int]:
    """Run an adb server that adopts no emulators; yields its port."""
    port = claim(0, "")
    with subprocess.Popen(
        adb_server.command(port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        wait_until(lambda: adb_server.is_listening("127.0.0.1", port))
        try:
            yield port
        finally:
            kill_adb_server(port)
            server.kill()


def kill_adb_server(port: int) -> None:
    """End whichever adb server runs on the port; somebody may have started another one when this returns."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=90) as witness:
        try:
            subprocess.run(
                [adb_path(), "-P", str(port), "kill-server"], check=False, capture_output=True, timeout=_KILLED_WITHIN
            )
        except subprocess.TimeoutExpired:  # it waits for a server that is just starting, once in some thousand times
            _kill_servers_of(port)
        witness.recv(1)  # it ends with the server
    wait_until(lambda: _is_gone_or_replaced(port))


def _kill_servers_of(port: int) -> None:
    """End every adb server that was started for a port, by us (`-P`) or by an adb of its own accord (`-L tcp:`)."""
    for process in psutil.process_iter(["cmdline"]):
        words: list[str] = process.info["cmdline"] or []
        if {"-P", str(port), "server"} <= set(words) or {"-L", f"tcp:{port}", "server"} <= set(words):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def _is_gone_or_replaced(port: int) -> bool:
    """Tell an adb server that ends, which takes connections for a moment longer, from one that answers."""
    try:
        asking = socket.create_connection(("127.0.0.1", port), timeout=90)
    except ConnectionRefusedError:
        return True
    with asking, suppress(ConnectionError):
        asking.sendall(b"000chost:version")
        return asking.recv(4) == b"OKAY"
    return False


@pytest.fixture(scope="session", autouse=True)
def no_usb() -> Iterator[None]:
    """Keep adb servers that are started from here off USB; they inherit this."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in adb_server.ENVIRONMENT_WITHOUT_USB.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Lets calls wait for lost phones for a moment only; to undo it gives them their patience back."""
    monkeypatch.setattr(link, "RECONNECT_LIMIT", timedelta(milliseconds=500))
    return monkeypatch


@pytest.fixture(scope="session")
def adb_port() -> Iterator[int]:
    with running_adb_server() as port:
        yield port


@pytest.fixture
def clock() -> MovableClock:
    """The clock of the clients; it shows what the machine's shows unless a test moves it."""
    return MovableClock()


@pytest.fixture
def client(adb_port: int, clock: MovableClock) -> FastAdbClient:
    return FastAdbClient(adb_port, timeout=timedelta(seconds=10), clock=clock)


@pytest.fixture
def mortal_client(clock: MovableClock) -> Iterator[FastAdbClient]:
    """A client of an adb server that the test may kill."""
    with running_adb_server() as port:
        yield FastAdbClient(port, timeout=timedelta(seconds=10), clock=clock)


@pytest.fixture
def kill_adb(mortal_client: FastAdbClient) -> Callable[[], None]:
    """Ends the adb server of `mortal_client`."""
    return lambda: kill_adb_server(mortal_client.port)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until a condition of another thread or process is true."""
    return wait_until


@dataclass
class Notebook:
    """An installed app with two text fields and a button; it counts what happens to it."""

    package: str = "com.example.notebook"
    version_name: str = "3.1.4"
    version_code: int = 31
    main_activity: str = ".NotesActivity"
    activity: str = ".NotesActivity"
    running: bool = False
    texts: list[str] = field(default_factory=lambda: ["", ""])
    taps: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    scrolled: list[Direction] = field(default_factory=list[Direction])
    alter: Callable[[str], str] = str
    """What the fields do to a text that is put into them."""
    secret: bool = False
    button_has_focus: bool = False

    def launch(self) -> None:
        self.running = True

    def open_link(self, url: str) -> bool:
        if url.startswith("notes://"):
            self.links.append(url)
            self.running = True
        return url.startswith("notes://")

    def stop(self) -> None:
        self.running = False

    def clear(self) -> None:
        self.stop()

    def back(self) -> bool:
        return False

    def toast(self) -> str | None:
        return None

    def tree(self, width: int, height: int) -> Node:
        root = Node("android.widget.FrameLayout", Rect(0, 0, width, height), self.package, on_scroll=self._scroll)
        root.children = [self._field(index, width) for index in range(len(self.texts))]
        button = Rect(0, 600, width, 800)
        count = Node("android.widget.Button", button, self.package, text="Count", clickable=True, on_tap=self._count)
        count.focused = self.button_has_focus
        root.children.append(count)
        return root

    def _field(self, index: int, width: int) -> Node:
        node = Node("android.widget.EditText", Rect(0, index * 200, width, index * 200 + 200), self.package)
        node.resource_id, node.text, node.clickable = f"{self.package}:id/note", self.texts[index], True
        node.on_text = lambda text: self.texts.__setitem__(index, self.alter(text))
        node.password = self.secret
        return node

    def _count(self) -> None:
        self.taps.append("count")

    def _scroll(self, direction: Direction) -> bool:
        self.scrolled.append(direction)
        return True


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop of all virtual phones, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="virtual-phones")
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def taps(notebook: Notebook) -> list[str]:
    """The taps on the notebook's button, as they happen."""
    return notebook.taps


@pytest.fixture
def texts(notebook: Notebook) -> list[str]:
    """What stands in the notebook's two fields, one below the other."""
    return notebook.texts


@pytest.fixture
def alter(notebook: Notebook) -> Callable[[Callable[[str], str]], None]:
    """Lets the notebook's fields alter what is put into them."""
    return lambda change: setattr(notebook, "alter", change)


@pytest.fixture
def secret(notebook: Notebook) -> None:
    """Makes passwords of the notebook's fields."""
    notebook.secret = True


@pytest.fixture
def focused_button(notebook: Notebook) -> None:
    """Gives the focus to the notebook's button, as a directional key does."""
    notebook.button_has_focus = True


@pytest.fixture
def links(notebook: Notebook) -> list[str]:
    """The links that the notebook was opened with."""
    return notebook.links


@pytest.fixture
def scrolled(notebook: Notebook) -> list[Direction]:
    """The directions in which the notebook was scrolled."""
    return notebook.scrolled


@pytest.fixture
def daemon(loop: asyncio.AbstractEventLoop, notebook: Notebook) -> Iterator[Daemon]:
    """A virtual phone that listens, with the notebook in front."""
    bound = socket.create_server(("127.0.0.1", 0))
    serial = f"127.0.0.1:{bound.getsockname()[1]}"
    daemon = asyncio.run_coroutine_threadsafe(_serve(serial, notebook, bound), loop).result()
    yield daemon
    asyncio.run_coroutine_threadsafe(daemon.stop(), loop).result()


async def _serve(serial: str, notebook: Notebook, bound: socket.socket) -> Daemon:
    phone = VirtualPhone(serial, "Virtual One", Faults(), [notebook])
    phone.u2 = U2Server(phone)
    phone.start_app(notebook.package)
    daemon = Daemon(phone, bound)
    await daemon.start()
    return daemon


@pytest.fixture
def phone(daemon: Daemon) -> VirtualPhone:
    return daemon.phone


@pytest.fixture
def serial(phone: VirtualPhone) -> str:
    return phone.serial


@pytest.fixture
def order(daemon: Daemon) -> Callable[..., None]:
    """Orders a fault for its next occasions."""

    def order(fault: Fault, times: int = 1, seconds: float | None = None) -> None:
        daemon.phone.faults.order(Strike(fault, seconds), times)

    return order


@pytest.fixture
def suffer(daemon: Daemon, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    """Lets a fault of the wire or a lasting condition happen now."""

    def suffer(fault: Fault, seconds: float | None = None) -> None:
        happened = threading.Event()
        loop.call_soon_threadsafe(lambda: (daemon.act_out(Strike(fault, seconds)), happened.set()))
        happened.wait()

    return suffer


@pytest.fixture
def recover(daemon: Daemon, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """Ends what the phone suffers."""
    return lambda: asyncio.run_coroutine_threadsafe(_recover(daemon), loop).result()


async def _recover(daemon: Daemon) -> None:
    daemon.recover()
    daemon.phone.recover()


@pytest.fixture
def session(client: FastAdbClient, serial: str) -> Iterator[PhoneSession]:
    """A session with the virtual phone."""
    session = PhoneSession(serial, client, call_timeout=CALL_TIMEOUT)
    yield session
    session.close()
    client.disconnect(serial)
