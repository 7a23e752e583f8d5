"""Collects the limits that the tasks of a plan meet, each once, with the number of tasks and the days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from phonefleet.limits import Kind, Refused
from phonefleet.limits.deciding import Limit
from phonefleet.plans.work import Actor, Work

MOST_DAYS = 31
"""For how many days the first instant is kept at which a limit is met."""


@dataclass(frozen=True, slots=True)
class Met:
    """A limit that planned tasks meet; `at` is the first instant of each day. They wait `until` an instant, or fail."""

    account: str
    kind: Kind | None
    limit: Limit
    why: str
    until: datetime | None
    fails: bool
    tasks: int
    campaign: int | None
    at: tuple[datetime, ...]


@dataclass(slots=True)
class _Record:
    refusal: Refused
    tasks: int
    at: list[datetime]


_Key = tuple[Actor, Kind | None, Limit, bool, int | None]


class MetLimits:
    """Counts the limits that one phone's tasks meet."""

    def __init__(self) -> None:
        self._records: dict[_Key, _Record] = {}

    def note(self, work: Work, met: tuple[Kind | None, Refused], at: datetime, tasks: int, *, fails: bool) -> None:
        """Record that tasks meet a limit at an instant; `tasks` counts those that have not met it before."""
        if not work.asked or work.account is None:
            return
        kind, refusal = met
        key = (work.account, kind, refusal.limit, fails, work.campaign)
        record = self._records.setdefault(key, _Record(refusal, 0, []))
        record.tasks += tasks
        if len(record.at) < MOST_DAYS and (not record.at or at.date() > record.at[-1].date()):
            record.at.append(at)

    def __iter__(self) -> Iterator[Met]:
        for (account, kind, limit, fails, campaign), record in self._records.items():
            refusal = record.refusal
            yield Met(
                account.name, kind, limit, refusal.why, refusal.until, fails, record.tasks, campaign, tuple(record.at)
            )
