"""Which hosts have tokens, remembered for a few seconds, and read anew at once when this process has changed one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from api.loops.threads import in_thread
from phonefleet.clock import Clock
from phonefleet.joined_hosts import Host
from phonefleet.ledger import Ledger

_FRESH = timedelta(seconds=5)
"""How long another process's change of a host may go unnoticed."""


class KnownHosts:
    """Finds hosts by the digests of their tokens.

    host = await known_hosts.of_digest(digest_of(token))
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._known: Mapping[str, Host] | None = None
        self._read_at = 0.0
        self._generation = 0
        self._reading = asyncio.Lock()

    async def of_digest(self, digest: str) -> Host | None:
        """Return the host of a token, also a removed one; None for nobody's.

        Raises:
            LedgerUnreachable: only the database could tell.

        """
        if not self._is_fresh():
            await self._read()
        return None if self._known is None else self._known.get(digest)

    def forget(self) -> None:
        """Read anew when somebody calls next; to be called in the event loop after each change."""
        self._known = None
        self._generation += 1

    def _is_fresh(self) -> bool:
        return self._known is not None and self._clock.monotonic() - self._read_at <= _FRESH.total_seconds()

    async def _read(self) -> None:
        async with self._reading:
            while not self._is_fresh():
                generation, begun = self._generation, self._clock.monotonic()
                known = await in_thread(self._ledger.hosts.known)
                if generation == self._generation:
                    self._known, self._read_at = known, begun
