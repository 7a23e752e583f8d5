"""Sends the report once a day: at the hour of PHONEFLEET_REPORT_AT, or as soon after it as the API runs."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Never

from api.loops.threads import in_thread
from api.reports.senders import ReportNotTaken, Sender
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable, Permanent, Transient
from phonefleet.ledger import Ledger
from phonefleet.loops import Survives, every
from phonefleet.pacing import next_showing
from phonefleet.reports.day import Report
from phonefleet.reports.words import text_of, title_of
from phonefleet.words import in_language, language_of_environment

_log = logging.getLogger(__name__)

DAY = timedelta(days=1)
_EVERY = timedelta(seconds=20)
_SURVIVES = Survives((LedgerUnreachable, Transient), logging.WARNING, longest_backoff=timedelta(minutes=10))


class DailyReport:
    """Sends the report of the day that ended at the hour; it was taken when the ledger says so, else it goes again.

    It arrives at least once at each address: twice only where the API is killed between the sending and the record of
    it, or ends while another address does not take it.
    """

    def __init__(self, ledger: Ledger, sender: Sender, clock: Clock, at: time, zone: tzinfo) -> None:
        self._ledger = ledger
        self._sender = sender
        self._clock = clock
        self._at = at
        self._zone = zone
        self._taken: tuple[date | None, frozenset[int]] = (None, frozenset())
        """By which addresses the report of which day was taken, while others have still to take it."""

    async def run(self) -> Never:
        """Send the reports until cancelled."""
        await every(_EVERY, self.look, "The daily report is sent later", _SURVIVES)

    async def look(self) -> None:
        """Send the report if it is due and was not sent."""
        now = self._clock.now()
        due = self._last_due(now)
        day = due.astimezone(self._zone).date()
        if await in_thread(self._ledger.reports.is_sent, day):
            return
        report = await in_thread(self._ledger.reports.of, self._last_due(due - timedelta(hours=1)), due, now)
        await self._send(report, day)
        await in_thread(self._ledger.reports.sent, day, now)

    async def _send(self, report: Report, day: date) -> None:
        """Send a report to those who do not have it yet. Raises `Transient` when not everybody has taken it."""
        taken_by = self._taken[1] if self._taken[0] == day else frozenset[int]()
        try:
            await self._sender.send(_told(title_of(report)), _told(text_of(report, self._zone)), taken_by)
        except ReportNotTaken as error:
            self._taken = (day, error.taken_by)
            raise
        except Permanent as error:
            _log.error("The report of %s is not sent: %s", day, error)

    def _last_due(self, now: datetime) -> datetime:
        """Return when the clock last showed the hour."""
        due = next_showing(self._at, now - 2 * DAY, self._zone)
        while (later := next_showing(self._at, due, self._zone)) <= now:
            due = later
        return due


def _told(text: str) -> str:
    """Return a text in the language of this server, because nobody has asked for one."""
    return in_language(text, language_of_environment())
