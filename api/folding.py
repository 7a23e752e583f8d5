"""Keeps the numbers of tasks short: sums up what many statements have added."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Never

from api.threads import to_end
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=5)


class Folding:
    """Folds the ledger's counts now and then."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> Never:
        """Fold until cancelled."""
        while True:
            try:
                await to_end(self._ledger.tasks.counts.fold)
            except LedgerUnreachable as error:
                _log.info("The counts of tasks wait: %s", error)
            await asyncio.sleep(_EVERY.total_seconds())
