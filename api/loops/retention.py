"""Deletes what is kept long enough: ended tasks, audit trail, evidence, people, sessions, idempotency keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Never

from api.loops.ended_tasks import EndedTasks
from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi
from phonefleet.clock import Clock
from phonefleet.errors import PhonefleetError
from phonefleet.ledger import Ledger
from phonefleet.loops import every, sleep
from phonefleet.settings import Settings

_log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)
_SOON = timedelta(minutes=5)
"""The time until the next turn when one could not do everything: something was away, or Prefect has runs to delete."""

_KEYS_ARE_KEPT = timedelta(days=7)
_EVIDENCE = "task-*"
_AT_ONCE = 500
_REST = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class HistoryState:
    """What became of ended tasks: `kept` is how long they are kept, None for ever.

    `cleaned_at` is when a turn last came to its end, `deleted` the number of tasks since the start, `waiting` the
    number of those whose runs Prefect still has, `trouble` why the last turn came to no end.
    """

    kept: timedelta | None
    cleaned_at: datetime | None = None
    deleted: int = 0
    waiting: int = 0
    trouble: str | None = None


class Retention:
    """Deletes old rows of the ledger, old runs in Prefect and old evidence files, at the start and every hour."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock, settings: Settings) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        self._ended_tasks = EndedTasks(ledger, prefect, clock, settings.evidence_folder)
        self._is_complete = True
        self.state = HistoryState(settings.history_kept)

    async def run(self) -> Never:
        """Delete old data until cancelled."""
        await every(_EVERY, self.forget, "What is old is forgotten later", OUTAGES, self._rest)

    async def forget(self) -> None:
        """Delete what is older than the settings say. Raises what `OUTAGES` names."""
        self._is_complete = False
        await self._forget_other()
        if self._settings.history_kept is not None:
            await self._forget_history(self._settings.history_kept)
        self._is_complete = not self.state.waiting

    async def _rest(self, _: timedelta) -> None:
        await sleep(_EVERY if self._is_complete else _SOON)

    async def _forget_other(self) -> None:
        """Delete what has a retention time of its own; idempotency keys are kept for seven days."""
        now, settings, ledger = self._clock.now(), self._settings, self._ledger
        await _in_batches(ledger.idempotency.forget, now - _KEYS_ARE_KEPT)
        await in_thread(ledger.persons.forget_sessions, now)
        entries = await _in_batches(ledger.audit.forget, now - settings.audit_kept)
        people = await _in_batches(ledger.scraping.forget, now - settings.scraped_kept)
        files = await in_thread(_remove_old, settings.evidence_folder, now - settings.evidence_kept)
        if entries or people or files:
            _log.info("Forgot %s entries of the audit trail, %s people, %s files of evidence", entries, people, files)

    async def _forget_history(self, kept: timedelta) -> None:
        """Delete ended tasks and the firings of campaigns, and remember what came of it."""
        try:
            firings = await _in_batches(self._ledger.campaigns.forget_firings, self._clock.now() - kept)
            found = await self._ended_tasks.forget(kept, self._count)
        except PhonefleetError as error:
            self.state = replace(self.state, trouble=str(error))
            raise
        self.state = replace(self.state, cleaned_at=self._clock.now(), waiting=found.waiting, trouble=None)
        if found.tasks or firings:
            _log.info("Forgot %s ended tasks, %s files of theirs, %s firings", found.tasks, found.files, firings)
        if found.waiting:
            _log.info("%s ended tasks are forgotten when Prefect has deleted their runs", found.waiting)

    def _count(self, number: int) -> None:
        self.state = replace(self.state, deleted=self.state.deleted + number)


async def _in_batches(forget: Callable[[datetime, int], int], before: datetime) -> int:
    """Delete what is older than an instant, some at a time; return how much there was."""
    total = 0
    while number := await in_thread(forget, before, _AT_ONCE):
        total += number
        if number < _AT_ONCE:
            break
        await sleep(_REST)
    return total


def _remove_old(folder: Path, before: datetime) -> int:
    """Remove the evidence files that were last written before an instant; return how many there were."""
    removed = 0
    for file in folder.glob(_EVIDENCE):
        with suppress(OSError):  # somebody else removes it too, or it cannot be removed and stays
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                removed += 1
    return removed
