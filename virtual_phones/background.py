"""A virtual fleet in a thread of its own, for programs and tests that are not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from virtual_phones.faults import Strike
from virtual_phones.fleet import FleetAddresses, FleetOptions, VirtualFleet
from virtual_phones.phone import VirtualPhone
from virtual_phones.server import serving

T = TypeVar("T")


class BackgroundFleet:
    """A context manager: inside of it the phones and their HTTP API can be reached.

    The phones belong to the thread's event loop; `call` runs a function there and returns its result.

    Example:
        >>> with BackgroundFleet(FleetOptions(count=2, base_port=0, seed=7)) as fleet:
        ...     len(fleet.serials)
        2

    """

    def __init__(self, options: FleetOptions) -> None:
        self._options = options
        self._started: Future[tuple[VirtualFleet, FleetAddresses]] = Future()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="virtual-phones")

    @property
    def serials(self) -> tuple[str, ...]:
        """The serials of all phones as they are now, in order."""
        return self.fleet.serials

    @property
    def world_url(self) -> str:
        """The root of the HTTP API."""
        return self._started.result()[1].world_url

    @property
    def names_port(self) -> int | None:
        """The port of the adb server that shows the phones under odd names, None without one."""
        return self._started.result()[1].names_port

    @property
    def fleet(self) -> VirtualFleet:
        """The fleet itself; to be touched through `call` only."""
        return self._started.result()[0]

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in the phones' event loop and return its result."""

        async def run() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the phones' event loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def move(self, serial: str) -> str:
        """Let a phone come back under another address, and return that."""
        return self.run(self.fleet.move(serial))

    def swap(self, first: str, second: str) -> None:
        """Let two phones come back each under the other's address."""
        self.run(self.fleet.swap(first, second))

    def phone(self, serial: str) -> VirtualPhone:
        """Return a phone; to be touched through `call` only."""
        return self.fleet.daemon(serial).phone

    def strike(self, serial: str, strike: Strike) -> None:
        """Let a fault of the wire, or a lasting condition, happen now."""
        self.call(lambda: self.fleet.daemon(serial).act_out(strike))

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with serving(self._options) as running:
                self._started.set_result(running)
                await self._stop.wait()
        except Exception as error:
            if self._started.done():
                raise
            self._started.set_exception(error)
