"""A phone in a plan: it does its tasks one after the other, as they fall due and as the limits of its accounts let it.

It goes on only as far as it is told to, so that tasks may be added, or taken away, in the middle.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from phonefleet.limits import Kind, Refused
from phonefleet.limits.kinds import Cost
from phonefleet.plans.accounts import AccountBook, AccountFacts
from phonefleet.plans.durations import Bound
from phonefleet.plans.met import MetLimits
from phonefleet.plans.spans import Span
from phonefleet.plans.waits import Waits
from phonefleet.plans.work import Actor, Work

_Queue = tuple[Actor | None, Cost]
"""Tasks of one account that do the same: what puts off one of them puts off all."""

_Refusal = tuple[Kind | None, Refused]


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all phones of a plan: who acts there, which bound is foreseen, how long a lane waits in place."""

    accounts: Mapping[Actor, AccountFacts]
    bound: Bound
    patience: timedelta


@dataclass(slots=True)
class _Entry:
    due: datetime
    place: int
    work: Work
    left: int
    firing: int | None
    has_met: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing has been done of it, nor put off."""
        return not self.has_met and self.left == self.work.number

    def __lt__(self, other: _Entry) -> bool:
        return (self.due, self.place) < (other.due, other.place)


class Lane:
    """A phone that goes through its tasks; of campaigns it knows when each began and ended there, and what waits.

    What it does when, which limits it meets and who waits for whom is kept only of what is expected.
    """

    def __init__(self, free_at: datetime, terms: Terms) -> None:
        self.spans: list[Span] = []
        self.met = MetLimits()
        self.waits = Waits()
        self.first: dict[int | None, datetime] = {}
        self.last: dict[int | None, datetime] = {}
        self.ends: dict[int, datetime] = {}
        self._terms = terms
        self._tells = terms.bound == "expected"
        self._now = free_at
        self._places = 0
        self._books: dict[Actor, AccountBook] = {}
        self._queues: defaultdict[_Queue, list[_Entry]] = defaultdict(list)
        self._closed: dict[_Queue, tuple[datetime, _Refusal]] = {}
        self.waiting: Counter[int | None] = Counter()
        self._busy_until: dict[int | None, datetime] = {}
        self._firing: int | None = None

    def add(self, work: Work, due: datetime | None = None, firing: int | None = None) -> None:
        """Let a phone have more to do, of a firing if any; `due` stands in for the instant that the work names."""
        key = (work.account, work.cost)
        entry = _Entry(due or work.due, self._places, work, work.number, firing)
        if queue := self._queues[key]:
            insort(queue, entry)
        else:
            queue.append(entry)
        self._places += 1
        self.waiting[work.campaign] += work.number
        if key in self._closed and self._closed[key][0] > entry.due:
            self._put_off(entry, self._closed[key][1], entry.due)

    def run(self, until: datetime | None = None) -> None:
        """Do everything that begins before an instant."""
        while self._queues:
            key, at = self._next()
            if until is not None and at >= until:
                return
            self._now = at
            self._take(key, until)
            if not self._queues[key]:
                del self._queues[key]

    def is_busy_with(self, campaign: int, at: datetime) -> bool:
        """Tell whether tasks of a campaign have not ended at an instant up to which the phone has gone on."""
        ended = self._busy_until.get(campaign)
        return self.waiting[campaign] > 0 or (ended is not None and ended > at)

    def drop(self, campaign: int, at: datetime) -> int:
        """Take the tasks of a campaign away that have not ended at an instant; return how many these were."""
        number = self.waiting.pop(campaign, 0)
        for key, queue in list(self._queues.items()):
            if kept := [entry for entry in queue if entry.work.campaign != campaign]:
                self._queues[key] = kept
            else:
                del self._queues[key]
        ended = self._busy_until.get(campaign)
        if ended is None or ended <= at:
            return number
        self._busy_until[campaign] = self._now = at
        self._cut_short(campaign, at)
        return number + 1

    def _cut_short(self, campaign: int, at: datetime) -> None:
        if self._tells:
            span = self.spans[-1]
            self.spans[-1] = Span(span.start, max(span.start, at), span.asked, span.tasks, span.campaign)
        if campaign in self.last:
            self.last[campaign] = min(self.last[campaign], at)
        if self._firing is not None:
            self.ends[self._firing] = at

    def _next(self) -> tuple[_Queue, datetime]:
        """Return the queue whose turn it is, and when its first task begins."""
        key = next(iter(self._queues)) if len(self._queues) == 1 else min(self._queues, key=self._turn)
        at = self._turn(key)[0]
        return key, (max(self._now, at))

    def _turn(self, key: _Queue) -> tuple[datetime, int]:
        """Return when the first task of a queue may begin, and its place among those of the same instant."""
        entry = self._queues[key][0]
        closed = self._closed.get(key)
        return (entry.due if closed is None else max(closed[0], entry.due)), entry.place

    def _take(self, key: _Queue, until: datetime | None) -> None:
        """Do the first tasks of a queue, let them fail, or put the queue off."""
        work = self._queues[key][0].work
        acts_at = self._now + work.wait.at(self._terms.bound)
        book = self._book(work.account)
        while book is not None and (met := book.refusal(work.cost, acts_at)):
            refusal = met[1]
            is_short = refusal.until is not None and refusal.until - acts_at <= self._terms.patience
            fails = refusal.until is None or (
                book.policy.when_met == "fail" and not (is_short and refusal.limit == "gap")
            )
            if fails or not is_short:
                self._refuse(key, met, fails=fails)
                return
            acts_at = refusal.until or acts_at
        self._do(key, book, acts_at, until)

    def _do(self, key: _Queue, book: AccountBook | None, acts_at: datetime, until: datetime | None) -> None:
        entry = self._queues[key][0]
        work = entry.work
        takes = work.takes.at(self._terms.bound)
        period = work.wait.at(self._terms.bound) + takes
        further = entry.left - 1
        if further and until is not None:
            further = min(further, _starts(acts_at + takes, period, until))
        if book is not None:
            book.charge(work.cost, acts_at)
            if further := book.more(work.cost, acts_at, period, further):
                book.charge(work.cost, acts_at + further * period, further)
        self._record(entry, 1 + further, acts_at + takes + further * period)
        self._take_out(key, 1 + further)

    def _record(self, entry: _Entry, number: int, end: datetime) -> None:
        work, start = entry.work, self._now
        if work.asked:
            self.first.setdefault(work.campaign, start)
            self.last[work.campaign] = end
            if entry.firing is not None:
                self.ends[entry.firing] = end
            if self._tells and start > entry.due and work.campaign is not None and entry.is_new:
                self.waits.note(work.campaign, self.spans, entry.due, start)
        self._busy_until[work.campaign] = self._now = end
        self._firing = entry.firing
        if self._tells:
            self.spans.append(Span(start, end, work.asked, number, work.campaign))

    def _take_out(self, key: _Queue, number: int) -> None:
        """Remove the first tasks of a queue, which are of one entry."""
        entry = self._queues[key][0]
        entry.left -= number
        self.waiting[entry.work.campaign] -= number
        if not entry.left:
            del self._queues[key][0]

    def _refuse(self, key: _Queue, met: _Refusal, *, fails: bool) -> None:
        if fails:
            entry = self._queues[key][0]
            self.met.note(entry.work, met, self._now, entry.left, fails=True)
            self._take_out(key, entry.left)
            return
        opens = met[1].until or self._now
        self._closed[key] = opens, met
        queue = self._queues[key]
        self._put_off(queue[0], met, self._now)
        begun = bisect_left(queue, 1, key=_newness)  # those that have met it come first
        for entry in takewhile(lambda entry: entry.due < opens, islice(queue, begun, None)):
            self._put_off(entry, met, self._now)

    def _put_off(self, entry: _Entry, met: _Refusal, at: datetime) -> None:
        if self._tells:
            self.met.note(entry.work, met, at, 0 if entry.has_met else entry.left, fails=False)
        entry.has_met = True

    def _book(self, account: Actor | None) -> AccountBook | None:
        if account is None:
            return None
        book = self._books.get(account)
        if book is None and (facts := self._terms.accounts.get(account)):
            book = self._books[account] = AccountBook(facts)
        return book


def _newness(entry: _Entry) -> int:
    return 0 if entry.has_met else 1


def _starts(first: datetime, period: timedelta, until: datetime) -> int:
    """Return how many tasks begin before an instant when one begins at `first`, and then one each period."""
    if first >= until:
        return 0
    return -((first - until) // period) if period else 1 << 30
