"""The phones that are watched: where they are and how they are, read together for all who watch.

Reading them also records in the ledger that they are watched, so that their workers keep the automation server running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta

from api.loops.threads import in_thread
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.text import is_storable

FRESH = timedelta(seconds=2)
"""For how long it holds what was read."""

_WATCHED_FOR = timedelta(seconds=30)
_RECORDED_EVERY = timedelta(seconds=10)
_FORGOTTEN_AFTER = timedelta(seconds=30)


class WatchedPhones:
    """The watched phones by any of their names. Used in the API's event loop only.

    found = await phones.named(["front_desk", "R58M123ABC"])
    """

    def __init__(self, ledger: Ledger, clock: Clock, on_new: Callable[[], None] = lambda: None) -> None:
        """`on_new` is called when a phone is watched that was not before."""
        self._ledger, self._clock, self._on_new = ledger, clock, on_new
        self._found: dict[str, ListedDevice] = {}
        self._asked: dict[str, float] = {}
        self._reading = asyncio.Lock()
        self._read_at = self._recorded_at = float("-inf")
        self._recorded: frozenset[str] = frozenset()

    async def named(self, names: Collection[str]) -> dict[str, ListedDevice]:
        """Return the phones of these names, by name; names that mean none, or several, are left out.

        Raises `LedgerUnreachable`.
        """
        asked_at = self._clock.monotonic()
        new = [name for name in names if name not in self._asked and name not in self._found]
        self._asked.update(dict.fromkeys(names, asked_at))
        async with self._reading:
            if new or asked_at - self._read_at > FRESH.total_seconds():
                await self._read(asked_at)
        return {name: self._found[name] for name in names if name in self._found}

    async def _read(self, now: float) -> None:
        """Read all phones that were asked for of late."""
        oldest = now - _FORGOTTEN_AFTER.total_seconds()
        self._asked = {name: at for name, at in self._asked.items() if at >= oldest}
        names = [name for name in self._asked if is_storable(name)]
        found = await in_thread(self._ledger.devices.named_all, names)
        self._found = found | {listed.device.serial: listed for listed in found.values()}
        self._read_at = self._clock.monotonic()
        await self._record(frozenset(listed.device.serial for listed in self._found.values()))

    async def _record(self, serials: frozenset[str]) -> None:
        due = self._clock.monotonic() - self._recorded_at > _RECORDED_EVERY.total_seconds()
        if due or not serials <= self._recorded:
            now = self._clock.now()
            await in_thread(self._ledger.watching.extend, serials, now, now + _WATCHED_FOR)
            if not serials <= self._recorded:
                self._on_new()
            self._recorded, self._recorded_at = serials, self._clock.monotonic()
