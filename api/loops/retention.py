"""Deletes data whose retention time is over: idempotency keys, audit trail, sessions, evidence, scraped users."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Never

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.loops import every
from phonefleet.settings import Settings

_log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
_KEYS_ARE_KEPT = timedelta(days=7)
_EVIDENCE = "task-*"


class Retention:
    """Deletes old rows of the ledger and old evidence files, at the start and every hour."""

    def __init__(self, ledger: Ledger, clock: Clock, settings: Settings) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settings = settings

    async def run(self) -> Never:
        """Delete old data until cancelled."""
        await every(_EVERY, self.forget, "What is old is forgotten later", OUTAGES)

    async def forget(self) -> None:
        """Delete what is older than the settings say; idempotency keys are kept for seven days."""
        now, settings = self._clock.now(), self._settings
        await in_thread(self._ledger.idempotency.forget, now - _KEYS_ARE_KEPT)
        await in_thread(self._ledger.persons.forget_sessions, now)
        entries = await in_thread(self._ledger.audit.forget, now - settings.audit_kept)
        people = await in_thread(self._ledger.scraping.forget, now - settings.scraped_kept)
        files = await in_thread(_remove_old, settings.evidence_folder, now - settings.evidence_kept)
        if entries or people or files:
            _log.info("Forgot %s entries of the audit trail, %s people, %s files of evidence", entries, people, files)


def _remove_old(folder: Path, before: datetime) -> int:
    """Remove the evidence files that were last written before an instant; return how many there were."""
    removed = 0
    for file in folder.glob(_EVIDENCE):
        with suppress(OSError):  # somebody else removes it too, or it cannot be removed and stays
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                removed += 1
    return removed
