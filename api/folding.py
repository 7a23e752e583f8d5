"""Keeps the numbers of tasks short: sums up what many statements have added."""

from __future__ import annotations

from datetime import timedelta
from typing import Never

from api.prefect_api import OUTAGES
from api.threads import to_end
from phonefleet.ledger import Ledger
from phonefleet.loops import every

_EVERY = timedelta(seconds=5)


class Folding:
    """Folds the ledger's counts now and then."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def run(self) -> Never:
        """Fold until cancelled."""
        await every(_EVERY, lambda: to_end(self._ledger.tasks.counts.fold), "The counts of tasks wait", OUTAGES)
