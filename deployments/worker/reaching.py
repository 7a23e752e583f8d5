"""What a joined host opens beside its ledger: the tunnel to its adb server, the link with hints, and the evidence.

They run in threads of their own, so that a picture of a phone keeps no run waiting.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress

from phonefleet.clock import Clock, StopSignal
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.files.main_files import HttpFiles
from phonefleet.hosts.files.outbox import Outbox, sending
from phonefleet.hosts.files.shared_files import SharedFiles
from phonefleet.hosts.files.supplies import Supplies
from phonefleet.hosts.tunnels.link import Hint, HostLink
from phonefleet.hosts.tunnels.tunnel import AdbTunnel
from phonefleet.settings import Settings

_log = logging.getLogger(__name__)


class Reaching:
    """What runs of a joined host get from the main one, and what the main host hears and reaches of this one.

    `hints` are called with each hint, in a thread of this one.
    """

    def __init__(self, main: MainHost, settings: Settings, clock: Clock) -> None:
        files = HttpFiles(main)
        self._main, self._settings = main, settings
        self._outbox = Outbox(settings.evidence_folder, files.send_evidence)
        self.supplies = Supplies.of(files, settings, clock)
        self.shared = SharedFiles(files, settings.home, clock)
        self.hints: list[Callable[[Hint], None]] = []

    @contextmanager
    def open(self) -> Generator[None]:
        """Reach the main host for as long as the block lasts."""
        stop = StopSignal()
        evidence = sending(self._outbox, stop)
        try:
            with _in_thread(self._adb_and_link):
                yield
        finally:
            stop.set("the worker ends")
            evidence.join()

    async def _adb_and_link(self) -> None:
        way, rng = self._main.way(), random.Random()  # noqa: S311 - so that not all hosts come back at once
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(AdbTunnel(way, self._settings.adb_port, rng).run())
            tasks.create_task(HostLink(way, self._hinted, rng).run())

    def _hinted(self, hint: Hint) -> None:
        for hear in self.hints:
            hear(hint)


@contextmanager
def _in_thread(work: Callable[[], Coroutine[None, None, None]]) -> Generator[None]:
    """Run a coroutine function in a thread with an event loop of its own, and cancel it at the end of the block."""
    ready, running = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]]()

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is one
        running.append((asyncio.get_running_loop(), task))
        ready.set()
        await work()

    def thread_of_it() -> None:
        try:
            with suppress(asyncio.CancelledError):
                asyncio.run(run())
        except Exception:  # noqa: BLE001 - the edge of a thread that nobody waits for
            _log.exception("Phones of this host cannot be reached from the main one any more")

    thread = threading.Thread(target=thread_of_it, name="reached", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop, task = running[0]
        with suppress(RuntimeError):  # it has crashed, and its loop is closed
            loop.call_soon_threadsafe(task.cancel)
        thread.join()
