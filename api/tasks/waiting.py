"""Tells of pending tasks why they wait: gathers the facts for a page of them, and asks `phonefleet.waiting`.

Facts from the ledger are read once for all who ask within a second; those from Prefect are those of the last look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import Generic, TypeVar

from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.ledger.tasks.waiting_facts import AccountKey
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.runs.states import WAITING, Status
from phonefleet.settings import Settings
from phonefleet.waiting import AccountFacts, Facts, PendingTask, PhoneFacts, PrefectFacts, Reason, why_it_waits

_FRESH = timedelta(seconds=1)
_MOST = 10_000
"""Phones and accounts whose facts are kept; beyond that all are read anew."""

_OURS = Scripts()
_NEVER = (-math.inf, None)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def pending(task: Task, settings: Settings, scripts: Scripts = _OURS) -> PendingTask | None:
    """Return what a task's reason depends on; None when it does not wait."""
    if task.status is not Status.PENDING:
        return None
    return PendingTask(
        id=task.id,
        serial=task.serial,
        username=task.username,
        app=task.app or settings.app,
        scheduled_for=task.scheduled_for,
        submitted=task.flow_run_id is not None,
        postponed=task.state == WAITING,
        remark=task.remark,
        only_action=scripts.only_action(task.script_name),
        suspended=task.state == "Suspended",
    )


@dataclass(slots=True)
class _Kept(Generic[K, V]):
    """Facts by their keys, with when they were read; None: there is no such phone or account."""

    found: dict[K, tuple[float, V | None]] = field(default_factory=dict[K, tuple[float, "V | None"]])

    def stale(self, keys: Iterable[K], now: float) -> frozenset[K]:
        """Return those of these keys whose facts were never read, or too long ago."""
        oldest = now - _FRESH.total_seconds()
        return frozenset(key for key in keys if self.found.get(key, _NEVER)[0] < oldest)

    def since(self, keys: Iterable[K]) -> float:
        """Return when the oldest of the facts of these keys was read; without any keys, never."""
        return min((self.found.get(key, _NEVER)[0] for key in keys), default=math.inf)

    def keep(self, keys: Collection[K], values: Mapping[K, V], now: float) -> None:
        """Keep what was read for these keys."""
        if len(self.found) > _MOST:
            self.found.clear()
        self.found |= {key: (now, values.get(key)) for key in keys}

    def known(self, keys: Iterable[K]) -> dict[K, V]:
        """Return the facts of those of these keys that exist."""
        kept = {key: self.found.get(key, _NEVER)[1] for key in keys}
        return {key: value for key, value in kept.items() if value is not None}


class WaitingReasons:
    """Why pending tasks wait. Used in the API's event loop only.

    reasons = await waiting.of([pending(task, settings, scripts)])
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a reason may depend on all of this
        self,
        reader: TaskReader,
        prefect: Callable[[], PrefectFacts],
        clock: Clock,
        zone: tzinfo,
        disk_full: Callable[[], str | None] = lambda: None,
        scripts: Scripts | None = None,
    ) -> None:
        self.scripts = scripts or Scripts()
        self._reader = reader
        self._prefect = prefect
        self._disk_full = disk_full
        self._clock = clock
        self._zone = self._limits_zone = zone
        self._phones = _Kept[str, PhoneFacts]()
        self._accounts = _Kept[AccountKey, AccountFacts]()
        self._reasons = _Kept[PendingTask, Reason]()
        self._seen: tuple[PrefectFacts, str | None] | None = None

    async def of(self, tasks: Collection[PendingTask]) -> dict[int, Reason]:
        """Return the reasons of these tasks by their ids. Raises `LedgerUnreachable`.

        Who asks within a second after somebody else hears the same, unless a task or what is seen in Prefect changed.
        """
        self._forget_what_was_seen_otherwise()
        anew = self._reasons.stale(tasks, self._clock.monotonic())
        reasons = self._reasons.known(task for task in tasks if task not in anew)
        if anew:
            serials, accounts = {task.serial for task in anew}, {_account(task) for task in anew if task.username}
            facts = await self._facts(serials, accounts)
            found = {task: why_it_waits(task, facts) for task in anew}
            self._reasons.keep(anew, found, min(self._phones.since(serials), self._accounts.since(accounts)))
            reasons |= found
        return {task.id: reason for task, reason in reasons.items()}

    async def told(self, tasks: Iterable[Task], settings: Settings) -> dict[int, Reason]:
        """Return the reasons of those of these tasks that wait; none at all while the ledger is away."""
        try:
            return await self.of([one for task in tasks if (one := pending(task, settings, self.scripts))])
        except LedgerUnreachable:
            return {}

    def forget(self) -> None:
        """Read all facts anew from now on: some have changed."""
        self._phones.found.clear()
        self._accounts.found.clear()
        self._reasons.found.clear()

    def _forget_what_was_seen_otherwise(self) -> None:
        """Keep no reasons from before something else was seen in Prefect, or on the disk."""
        seen = self._prefect(), self._disk_full()
        if seen != self._seen:
            self._reasons.found.clear()
            self._seen = seen

    async def _facts(self, serials: Collection[str], accounts: Collection[AccountKey]) -> Facts:
        at, now = self._clock.monotonic(), self._clock.now()
        phones, acting = self._phones.stale(serials, at), self._accounts.stale(accounts, at)
        if phones or acting:
            read = await self._reader.standing(phones, acting, now, self._zone)
            self._phones.keep(phones, read.phones, at)
            self._accounts.keep(acting, read.accounts, at)
            self._limits_zone = read.limits_zone if acting else self._limits_zone
        return Facts(
            now=now,
            zone=self._zone,
            limits_zone=self._limits_zone,
            phones=self._phones.known(serials),
            accounts=self._accounts.known(accounts),
            prefect=self._prefect(),
            disk_full=self._disk_full(),
        )


def _account(task: PendingTask) -> AccountKey:
    return task.app, (task.username or "").lower()
