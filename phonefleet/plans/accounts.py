"""What an account will have done by some instant, on top of what it has really done; decided as the worker decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from math import ceil

from phonefleet.limits import Day, History, Kind, Policy, Refused, day_of, decide
from phonefleet.limits.kinds import Cost
from phonefleet.words import say


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
        self._open_from: datetime | None = None
        self._open_until: datetime | None = None

    def refusal(self, cost: Cost, at: datetime) -> tuple[Kind | None, Refused] | None:
        """Return what forbids a task at an instant, and the kind of action; None if nothing does."""
        if self._is_open(at) and self._has_room(cost, at):
            return None
        if not cost:
            return self._out_of_hours(at)
        today = self._date(at)
        for kind, _ in cost:
            others = [last for other, last in self._last.items() if other != kind]
            history = History(self._used[today, kind], self._last.get(kind), max(others, default=None))
            decision = decide(kind, history, self.policy, at, self._zone)
            if isinstance(decision, Refused):
                return kind, decision
        return None

    def more(self, cost: Cost, at: datetime, period: timedelta, most: int) -> int:
        """Return how many further tasks, `period` apart, nothing will forbid after one that was done at an instant."""
        if most <= 0 or not period or not self._is_open(at) or self._pause(cost) > period:
            return 0
        assert self._open_until is not None  # noqa: S101 - it is open
        in_time = -((at - self._open_until) // period) - 1
        today = self._date(at)
        rooms = (ceil((self.policy.budgets[kind] - self._used[today, kind]) / max(1, n)) for kind, n in cost)
        return max(0, min([most, in_time, *rooms]))

    def charge(self, cost: Cost, at: datetime, times: int = 1) -> None:
        """Count what tasks do, the last of them at an instant, all on one day."""
        if not cost:
            return
        today = self._date(at)
        for kind, number in cost:
            self._used[today, kind] += number * times
            self._last[kind] = at

    def _is_open(self, at: datetime) -> bool:
        """Tell whether an instant lies in working time, and remember until when this and the day last."""
        if self._open_from is not None and self._open_until is not None and self._open_from <= at < self._open_until:
            return True
        hours = self.policy.hours
        closing = None if hours is None else hours.closing(at, self._zone)
        if hours is not None and closing is None:
            return False
        self._date(at)
        assert self._day is not None  # noqa: S101 - it was just set
        self._open_from, self._open_until = at, min(self._day.end, closing or self._day.end)
        return True

    def _has_room(self, cost: Cost, at: datetime) -> bool:
        """Tell whether budgets and gaps allow a task at an instant of working time."""
        if not cost:
            return True
        today, pause = self._date(at), self._pause(cost)
        if pause and self._last and max(self._last.values()) + pause > at:
            return False
        return all(self._used[today, kind] < self.policy.budgets[kind] for kind, _ in cost)

    def _pause(self, cost: Cost) -> timedelta:
        """Return a time after which no gap stands in the way of these actions, whatever the last one was."""
        if not self.policy.gaps:
            return self.policy.gap
        return max([self.policy.gap, *(self.policy.gaps.get(kind, self.policy.gap) for kind, _ in cost)])

    def _out_of_hours(self, at: datetime) -> tuple[None, Refused] | None:
        hours = self.policy.hours
        if hours is None or (opening := hours.opening(at, self._zone)) == at:
            return None
        return None, Refused(
            opening, say("plans.works_other_times", "works at other times ({hours})", hours=hours), "hours"
        )

    def _date(self, at: datetime) -> date:
        day = self._day
        if day is None or not day.start <= at < day.end:
            day = self._day = day_of(at, self._zone)
        return day.date
