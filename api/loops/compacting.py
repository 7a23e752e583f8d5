"""Compacts the counts of tasks: each statement appends a row of changes, which are summed up every few seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Never

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES
from phonefleet.ledger import Ledger
from phonefleet.loops import every

_EVERY = timedelta(seconds=5)


class Compacting:
    """Compacts the ledger's task counts periodically."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> Never:
        """Compact until cancelled."""
        await every(_EVERY, lambda: in_thread(self._ledger.tasks.counts.fold), "The counts of tasks wait", OUTAGES)
