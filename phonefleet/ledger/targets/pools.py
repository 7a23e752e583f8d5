"""Pools: the targets that the tasks of one request share. Each target goes to one task, also after crashes.

A task claims a target's row in one statement that skips rows which others are claiming (SKIP LOCKED). A task that runs
again, after a crash or as a retry, first gets the target that it has claimed already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.targets import ClaimRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.values import Page, Progress
from phonefleet.runs.states import Status
from phonefleet.scripts import SCRIPTS
from phonefleet.words import pack_within, unpack_within

End = Literal["done", "already", "skipped", "failed", "unknown"]
Outcome = Literal["done", "already", "skipped", "failed", "unknown", "under way", "unfinished", "waiting", "not taken"]
"""What came of a target. Without an end it is "under way" or "waiting"; after the end of the tasks that could end it,
"unfinished" if it was claimed, else "not taken"."""

_SHARING = [script.name for script in SCRIPTS.values() if script.config.shares_targets]
"""The scripts whose tasks share the targets of their request."""

_OWN_POOLS = UUID("6f1f2f5c-3f0e-4a57-9d0b-2f6a0c7d9b11")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A target to share: a person, or posts; several posts where they are of the same person."""

    target: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One action for a target, and its outcome; `detail` is a sentence for a person."""

    action: str
    outcome: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A target of a pool, the task and account that claimed it, and its outcome."""

    pool: UUID
    position: int
    target: str
    posts: tuple[str, ...]
    task_id: int | None
    account: str | None
    outcome: Outcome
    steps: list[Step] = field(default_factory=list[Step])
    claimed_at: datetime | None = None
    ended_at: datetime | None = None


def pool_of(task_id: int, request_id: UUID | None, *, alone: bool) -> UUID:
    """Return the pool of a task: that of its request, or one of its own if it does not share its targets (`alone`)."""
    return uuid5(_OWN_POOLS, f"task-{task_id}") if alone or request_id is None else request_id


class Pools:
    """The pools of the ledger.

    ledger.pools.fill(pool, [Prospect("ada"), Prospect("grace")])
    while claim := ledger.pools.take(pool, task_id, account, now):
        ledger.pools.end(claim, "done", [Step("follow", "done")], now)
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def fill(self, pool: UUID, prospects: Sequence[Prospect], only_task_id: int | None = None) -> None:
        """Put targets into an empty pool; every task of the request calls it, and only the first call has an effect."""
        rows = [
            {"pool": pool, "position": at, "target": one.target, "posts": list(one.posts), "only_task_id": only_task_id}
            for at, one in enumerate(prospects)
        ]
        with self._sessions.begin() as session:
            if not session.scalar(select(exists().where(ClaimRow.pool == pool))):
                session.execute(insert(ClaimRow).on_conflict_do_nothing(), rows)

    def take(self, pool: UUID, task_id: int, account: str | None, at: datetime, most: int = 0) -> Claim | None:
        """Return the target that the task has claimed and not ended, else claim the next free one.

        None if none is free, or if the task has claimed `most` already; 0 means any number.
        """
        with self._sessions.begin() as session:
            held = session.scalar(select(ClaimRow).where(_in(pool), _held_by(task_id)).order_by(ClaimRow.position))
            if held is not None:
                return _claim(held, "under way")
            if most and _number(session, pool, task_id) >= most:
                return None
            mine = {"task_id": task_id, "account": account, "claimed_at": at}
            taken = update(ClaimRow).where(_in(pool), ClaimRow.position == _next_free(pool)).values(mine)
            row = session.scalar(taken.returning(ClaimRow))
            return None if row is None else _claim(row, "under way")

    def release(self, claim: Claim) -> None:
        """Give up a claim, so that another task can take the target."""
        free = {"task_id": None, "account": None, "claimed_at": None}
        with self._sessions.begin() as session:
            session.execute(update(ClaimRow).where(*_still(claim)).values(free))

    def end(self, claim: Claim, outcome: End, steps: Sequence[Step], at: datetime) -> None:
        """Record the outcome of a claimed target."""
        told = [{"action": step.action, "outcome": step.outcome, "detail": step.detail} for step in steps]
        with self._sessions.begin() as session:
            session.execute(
                update(ClaimRow).where(*_still(claim)).values(outcome=outcome, steps=pack_within(told), ended_at=at)
            )

    def progress(self, pool: UUID, task_id: int, most: int = 0) -> Progress:
        """Return how many targets the task has ended, and how many it has claimed or can still claim."""
        ended = func.count().filter(ClaimRow.task_id == task_id, ClaimRow.outcome.is_not(None))
        reach = func.count().filter(or_(ClaimRow.task_id == task_id, ClaimRow.task_id.is_(None)))
        with self._sessions() as session:
            done, total = session.execute(select(ended, reach).where(_in(pool))).one()
        return Progress(done, min(total, most) if most else total)

    def taken(self, task_id: int, number: int = 1, size: int = 20) -> Page[Claim]:
        """Return one page of the targets that a task has claimed, in the pool's order."""
        return self._page(ClaimRow.task_id == task_id, number, size)

    def shared(self, task_id: int, request_id: UUID | None, number: int = 1, size: int = 20) -> Page[Claim]:
        """Return one page of all targets that a task could claim, also those of other tasks, in the pool's order."""
        pools = [pool_of(task_id, request_id, alone=alone) for alone in (False, True)]
        return self._page(ClaimRow.pool.in_(pools), number, size)

    def _page(self, wanted: ColumnElement[bool], number: int, size: int) -> Page[Claim]:
        query = select(ClaimRow, _outcome()).where(wanted).order_by(ClaimRow.position)
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(ClaimRow).where(wanted)) or 0
            rows = session.execute(query.offset((number - 1) * size).limit(size)).all()
        return Page([_claim(row, cast("Outcome", outcome)) for row, outcome in rows], total)


def _in(pool: UUID) -> ColumnElement[bool]:
    return ClaimRow.pool == pool


def _held_by(task_id: int) -> ColumnElement[bool]:
    return and_(ClaimRow.task_id == task_id, ClaimRow.outcome.is_(None))


def _still(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Return the SQL conditions for a claim that its task still holds."""
    assert claim.task_id is not None  # noqa: S101 - `take` has set it
    return _in(claim.pool), ClaimRow.position == claim.position, _held_by(claim.task_id)


def _next_free(pool: UUID) -> Any:
    """Return the subquery of the position of the first free target that no other transaction is claiming."""
    free = select(ClaimRow.position).where(_in(pool), ClaimRow.task_id.is_(None))
    return free.order_by(ClaimRow.position).limit(1).with_for_update(skip_locked=True).scalar_subquery()


def _number(session: Session, pool: UUID, task_id: int) -> int:
    counted = select(func.count()).select_from(ClaimRow).where(_in(pool), ClaimRow.task_id == task_id)
    return session.scalar(counted) or 0


def _outcome() -> ColumnElement[str]:
    """Return the SQL expression of a target's `Outcome`."""
    unfinished = and_(TaskRow.deleted_at.is_(None), TaskRow.status.in_((Status.PENDING, Status.RUNNING)))
    holder = exists().where(TaskRow.id == ClaimRow.task_id, unfinished)
    of_request = and_(
        ClaimRow.only_task_id.is_(None),
        TaskRow.request_id == ClaimRow.pool,
        TaskRow.script_name.in_(_SHARING),
    )
    taker = exists().where(or_(TaskRow.id == ClaimRow.only_task_id, of_request), unfinished)
    return case(
        (ClaimRow.outcome.is_not(None), ClaimRow.outcome),
        (and_(ClaimRow.task_id.is_not(None), holder), "under way"),
        (ClaimRow.task_id.is_not(None), "unfinished"),
        (taker, "waiting"),
        else_="not taken",
    )


def _claim(row: ClaimRow, outcome: Outcome) -> Claim:
    return Claim(
        pool=row.pool,
        position=row.position,
        target=row.target,
        posts=tuple(row.posts),
        task_id=row.task_id,
        account=row.account,
        outcome=outcome,
        steps=[Step(**step) for step in unpack_within(row.steps or [])],
        claimed_at=row.claimed_at,
        ended_at=row.ended_at,
    )
