"""The course of a phone: its tasks one after the other, as they fall due and as the limits of its accounts let them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from phonefleet.limits import Kind, Refused
from phonefleet.limits.deciding import Limit
from phonefleet.plans.accounts import AccountBook, AccountFacts
from phonefleet.plans.deeds import Deeds
from phonefleet.plans.durations import Bound
from phonefleet.plans.spans import Span
from phonefleet.plans.work import Work

_Queue = tuple[str | None, Deeds]
"""Tasks of one account that do the same: what puts off one of them puts off all."""


@dataclass(frozen=True, slots=True)
class Met:
    """A limit that asked tasks meet: they wait `until` then, or they fail."""

    account: str
    kind: Kind | None
    limit: Limit
    why: str
    until: datetime | None
    fails: bool
    tasks: int


@dataclass(frozen=True, slots=True)
class Course:
    """When a phone works, and which limits its asked tasks meet."""

    spans: Sequence[Span]
    met: Sequence[Met]

    @property
    def start(self) -> datetime | None:
        """When the first asked task starts; None when none does."""
        return next((span.start for span in self.spans if span.asked), None)

    @property
    def end(self) -> datetime | None:
        """When the last asked task ends; None when none starts."""
        return next((span.end for span in reversed(self.spans) if span.asked), None)


def foresee(
    works: Iterable[Work],
    free_at: datetime,
    accounts: Mapping[str, AccountFacts],
    bound: Bound,
    patience: timedelta,
) -> Course:
    """Return the course of a phone that is free at an instant; limits that end within `patience` are waited for."""
    return _Phone(works, free_at, accounts, bound, patience).course()


class _Phone:
    """A phone that goes through its tasks."""

    def __init__(
        self,
        works: Iterable[Work],
        free_at: datetime,
        accounts: Mapping[str, AccountFacts],
        bound: Bound,
        patience: timedelta,
    ) -> None:
        self._now = free_at
        self._bound: Bound = bound
        self._patience = patience
        self._books = {name: AccountBook(facts) for name, facts in accounts.items()}
        self._queues: defaultdict[_Queue, deque[tuple[int, Work]]] = defaultdict(deque)
        self._opens: dict[_Queue, datetime] = {}
        self._spans: list[Span] = []
        self._met: dict[tuple[object, ...], Met] = {}
        for place, work in enumerate(sorted(works, key=lambda work: work.due)):
            self._queues[work.account, work.deeds].append((place, work))

    def course(self) -> Course:
        """Go through all tasks."""
        while self._queues:
            queue = min(self._queues, key=self._turn)
            self._now = max(self._now, self._turn(queue)[0])
            self._take(queue)
            if not self._queues[queue]:
                del self._queues[queue]
        return Course(self._spans, list(self._met.values()))

    def _turn(self, queue: _Queue) -> tuple[datetime, int]:
        """Return when the first task of a queue may start, and its place among those of the same instant."""
        place, work = self._queues[queue][0]
        opens = self._opens.get(queue)
        return (work.due if opens is None else max(opens, work.due)), place

    def _take(self, queue: _Queue) -> None:
        """Do the first task of a queue, let it fail, or put the queue off."""
        _, work = self._queues[queue][0]
        acts_at = self._now + work.wait.at(self._bound)
        book = self._books.get(work.account or "")
        while book and (refused := book.refusal(work.deeds, acts_at)):
            kind, refusal = refused
            is_short = refusal.until is not None and refusal.until - acts_at <= self._patience
            fails = refusal.until is None or (
                book.policy.when_met == "fail" and not (is_short and refusal.limit == "gap")
            )
            if fails or not is_short:
                self._refuse(queue, kind, refusal, fails=fails)
                return
            acts_at = refusal.until or acts_at
        self._do(queue, book, acts_at)

    def _do(self, queue: _Queue, book: AccountBook | None, acts_at: datetime) -> None:
        _, work = self._queues[queue].popleft()
        end = acts_at + work.takes.at(self._bound)
        if book:
            book.charge(work.deeds, acts_at)
        self._spans.append(Span(self._now, end, work.asked))
        self._now = end

    def _refuse(self, queue: _Queue, kind: Kind | None, refusal: Refused, *, fails: bool) -> None:
        waiting = self._queues[queue]
        if fails:
            touched = int(waiting.popleft()[1].asked)
        else:
            self._opens[queue] = refusal.until or self._now
            touched = sum(work.asked for _, work in waiting)
        if touched:
            self._note(Met(queue[0] or "", kind, refusal.limit, refusal.why, refusal.until, fails, touched))

    def _note(self, met: Met) -> None:
        """Tell once of each limit: of those that wait as they first meet it, of all that fail."""
        key = (met.account, met.kind, met.limit, met.fails)
        known = self._met.get(key)
        if known is None:
            self._met[key] = met
        elif met.fails:
            self._met[key] = replace(known, tasks=known.tasks + met.tasks)
