"""Sends the errand that reads accounts' own profiles: once a day by itself, or when a person asks for it.

By itself it is sent only to a phone that has nothing to do, in the account's working hours, and never for an account
that is held or disabled. A day that could not be read stays empty; nothing is made up for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Never

from api.answers.idempotency import idempotency_of
from api.loops.threads import in_thread
from api.resources import Resources
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Account, NewTask
from phonefleet.limits.days import day_of
from phonefleet.loops import Survives, every
from phonefleet.scripts import READ_PROFILE

_EVERY = timedelta(minutes=1)
_SURVIVES = Survives((LedgerUnreachable,), logging.WARNING, longest_backoff=timedelta(minutes=10))


class DailyReading:
    """Sends the errand for each account that is due, from a time of the day on; several APIs send it once together."""

    def __init__(self, resources: Resources, at: time) -> None:
        self._resources = resources
        self._at = at

    async def run(self) -> Never:
        """Send what is due until cancelled."""
        await every(_EVERY, self.look, "The profiles of accounts are read later", _SURVIVES)

    async def look(self) -> None:
        """Send what is due now."""
        if await in_thread(self._send_due):
            self._resources.tasks_created()

    def _send_due(self) -> list[int]:
        now, ledger = self._resources.clock.now(), self._resources.ledger
        zone = ledger.limits.current().zone(self._resources.zone)
        today = day_of(now, zone)
        if now < _instant(self._at, now, zone):
            return []
        waiting = ledger.account_days.due(today.date, READ_PROFILE.name, today.start, now)
        return [
            task_id
            for account in _one_a_phone(self._at_work(waiting, now, zone))
            for task_id in send(self._resources, account, f"{READ_PROFILE.name} {account.id} {today.date}")
        ]

    def _at_work(self, accounts: Sequence[Account], now: datetime, zone: tzinfo) -> Iterator[Account]:
        """Yield the accounts that are in their working hours."""
        for usage in self._resources.ledger.limits.usage(accounts, now, self._resources.zone):
            hours = usage.policy.hours
            if hours is None or hours.closing(now, zone) is not None:
                yield usage.account


def send(resources: Resources, account: Account, key: str | None = None) -> list[int]:
    """Create the task that reads an account's own profile, and return its id; once for each key."""
    now = resources.clock.now()
    task = NewTask(
        script_name=READ_PROFILE.name,
        script_config=READ_PROFILE.parse({}),
        serial=account.serial,
        username=account.username,
        app=account.app,
        created_at=now,
        scheduled_for=now,
    )
    return resources.ledger.tasks.create([task], idempotency_of(key, f"{READ_PROFILE.name} {account.id}"))


def _instant(at: time, now: datetime, zone: tzinfo) -> datetime:
    """Return when the clock shows a time today."""
    return datetime.combine(now.astimezone(zone).date(), at, tzinfo=zone)


def _one_a_phone(accounts: Iterator[Account]) -> Iterator[Account]:
    """Yield the first account of each phone: it is busy then, and the others wait."""
    seen: set[str] = set()
    for account in accounts:
        if account.serial not in seen:
            seen.add(account.serial)
            yield account
