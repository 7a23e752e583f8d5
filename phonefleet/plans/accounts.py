"""What an account will have done by some instant, on top of what it has really done; decided as the worker decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from phonefleet.limits import Day, History, Kind, Policy, Refused, day_of, decide
from phonefleet.plans.deeds import Deeds


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the ledger knows about an account: its limits, what it has used of them on a day, and what it did last."""

    policy: Policy
    zone: tzinfo
    day: date
    used: Mapping[Kind, int] = field(default_factory=dict[Kind, int])
    last: Mapping[Kind, datetime] = field(default_factory=dict[Kind, datetime])


class AccountBook:
    """An account in a plan: asked before each task, told after it."""

    def __init__(self, facts: AccountFacts) -> None:
        self.policy = facts.policy
        self._zone = facts.zone
        self._used: Counter[tuple[date, Kind]] = Counter({(facts.day, kind): n for kind, n in facts.used.items()})
        self._last = dict(facts.last)
        self._day: Day | None = None

    def refusal(self, deeds: Deeds, at: datetime) -> tuple[Kind | None, Refused] | None:
        """Return what forbids a task at an instant, and the kind of action; None if nothing does."""
        if not deeds:
            return self._out_of_hours(at)
        today = self._date(at)
        for kind, _ in deeds:
            others = [last for other, last in self._last.items() if other != kind]
            history = History(self._used[today, kind], self._last.get(kind), max(others, default=None))
            decision = decide(kind, history, self.policy, at, self._zone)
            if isinstance(decision, Refused):
                return kind, decision
        return None

    def charge(self, deeds: Deeds, at: datetime) -> None:
        """Count what a task does at an instant."""
        today = self._date(at)
        for kind, number in deeds:
            self._used[today, kind] += number
            self._last[kind] = at

    def _out_of_hours(self, at: datetime) -> tuple[None, Refused] | None:
        hours = self.policy.hours
        if hours is None or (opening := hours.opening(at, self._zone)) == at:
            return None
        return None, Refused(opening, f"works at other times ({hours})", "hours")

    def _date(self, at: datetime) -> date:
        if self._day is None or at not in self._day:
            self._day = day_of(at, self._zone)
        return self._day.date
