"""Identifies phones that became ready, by reading their ids; one that does not answer is asked again, with backoff."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.seen import DeviceSeen, read_details

_THREADS: Final = 32
"""How many phones are read concurrently; one that does not answer takes seconds."""
_FIRST_WAIT: Final = timedelta(seconds=2)
_LONGEST_WAIT: Final = timedelta(seconds=60)
_ACCEPT_PARTIAL_FROM: Final = _LONGEST_WAIT
"""Once the wait before the next try has grown to this, a phone is accepted with only one of its ids."""


class Identification:
    """Reads phones' details in threads of its own and reports them to `on_look`, with the listing it began with."""

    def __init__(
        self, client: FastAdbClient, on_look: Callable[[ListedDevice, DeviceSeen], bool], clock: Clock
    ) -> None:
        """`on_look` answers whether the phone still is as it was when the look began."""
        self._client, self._on_look, self._clock = client, on_look, clock
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="look")
        self._due: dict[ListedDevice, tuple[float, timedelta]] = {}  # monotonic seconds, and how long the next wait is

    def look(self, sighting: ListedDevice, wait: timedelta = _FIRST_WAIT) -> None:
        """Read a phone's details soon; `wait` is the time before the next try if its answer is incomplete."""
        with suppress(RuntimeError):  # closed meanwhile
            self._pool.submit(self._look, sighting, wait)

    def run_due(self) -> None:
        """Start the readings that are due."""
        now = self._clock.monotonic()
        for sighting, (due, wait) in list(self._due.items()):
            if due <= now:
                del self._due[sighting]
                self.look(sighting, wait)

    def close(self) -> None:
        """Start no more readings; running ones end by themselves, within seconds."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _look(self, sighting: ListedDevice, wait: timedelta) -> None:
        seen = read_details(self._client, sighting, complete_only=wait < _ACCEPT_PARTIAL_FROM)
        if self._on_look(sighting, seen) and not seen.complete:
            self._due[sighting] = self._clock.monotonic() + wait.total_seconds(), min(2 * wait, _LONGEST_WAIT)
