"""Forgets what is kept for a time only: the idempotency keys of requests, and old entries of the audit trail."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Never

from api.threads import to_end
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger

_log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
_KEYS_ARE_KEPT = timedelta(days=7)


class Forgetting:
    """Deletes old rows of the ledger, at the start and every hour."""

    def __init__(self, ledger: Ledger, clock: Clock, audit_kept: timedelta) -> None:
        self._ledger = ledger
        self._clock = clock
        self._audit_kept = audit_kept

    async def run(self) -> Never:
        """Forget until cancelled."""
        while True:
            try:
                await self.forget()
            except LedgerUnreachable as error:
                _log.info("What is old is forgotten later: %s", error)
            await asyncio.sleep(_EVERY.total_seconds())

    async def forget(self) -> None:
        """Forget what is too old now."""
        now = self._clock.now()
        await to_end(self._ledger.idempotency.forget, now - _KEYS_ARE_KEPT)
        entries = await to_end(self._ledger.audit.forget, now - self._audit_kept)
        if entries:
            _log.info("%s entries of the audit trail were older than %s", entries, self._audit_kept)
