"""Compacts the counts of tasks: each statement appends a row of changes, which are summed up every few seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Never

from api.loops.every import again_and_again
from api.loops.threads import in_thread
from phonefleet.ledger import Ledger

_EVERY = timedelta(seconds=5)


class Compacting:
    """Compacts the ledger's task counts periodically."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> Never:
        """Compact until cancelled."""
        await again_and_again(lambda: in_thread(self._ledger.tasks.counts.fold), _EVERY, "The counts of tasks wait")
