"""Stores scraped users. The tasks of one request share its sources (lists and searches), and store nobody twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.targets import ScrapedRow, SourceRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.values import Page, Task

_LOWEST_ENDED = 2
"""The lowest status of a task that has ended."""


@dataclass(frozen=True, slots=True)
class ScrapedUser:
    """A user who was found: by which task, in which source, at which position from 1."""

    username: str
    source: str
    position: int
    task_id: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ScrapeSource:
    """A source that a task reads; `outcome` is None until its end, `seen` counts rows read, `kept` users stored."""

    source: str
    outcome: str | None
    seen: int
    kept: int


def scope_of(task_id: int, request_id: UUID | None) -> str:
    """Return the scope of a task: that of its request, else one of its own."""
    return f"request {request_id}" if request_id else f"task {task_id}"


class Scraping:
    """The sources of scrapes, and the users found in them."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def claim(self, scope: str, task_id: int, sources: Sequence[str], at: datetime) -> str | None:
        """Claim a source for a task: one that it has begun, else one that no unfinished task reads, else None.

        `sources` are all sources of the request; later calls may leave them out.
        """
        rows = [{"scope": scope, "source": source, "place": place} for place, source in enumerate(sources)]
        with self._sessions.begin() as session:
            if rows:
                session.execute(insert(SourceRow).on_conflict_do_nothing(), rows)
            free = _free(scope, task_id).limit(1).with_for_update(skip_locked=True, of=SourceRow)
            mine = update(SourceRow).where(SourceRow.scope == scope, SourceRow.source == free.scalar_subquery())
            taken = mine.values(task_id=task_id, claimed_at=func.coalesce(SourceRow.claimed_at, at))
            return session.scalar(taken.returning(SourceRow.source))

    def add(self, scope: str, task_id: int, source: str, found: Mapping[str, int], at: datetime) -> int:
        """Store users, by username with their positions in the source; return how many are new in the scope."""
        rows = [
            {"scope": scope, "task_id": task_id, "source": source, "seen_at": at, "username": name, "position": place}
            for name, place in found.items()
        ]
        furthest = func.greatest(SourceRow.seen, max(found.values(), default=0))
        here = (SourceRow.scope == scope, SourceRow.source == source)
        with self._sessions.begin() as session:
            session.execute(update(SourceRow).where(*here).values(seen=furthest))
            new = insert(ScrapedRow).on_conflict_do_nothing().returning(ScrapedRow.id)
            return len(session.scalars(new, rows).all()) if rows else 0

    def end(self, scope: str, source: str, outcome: str, at: datetime) -> None:
        """Record the outcome of a source; it is not read again."""
        here = (SourceRow.scope == scope, SourceRow.source == source)
        with self._sessions.begin() as session:
            session.execute(update(SourceRow).where(*here).values(outcome=outcome, ended_at=at))

    def forget(self, before: datetime, at_most: int = 1000) -> int:
        """Delete the first users who were found before an instant, so many at most; return how many there were."""
        first = select(ScrapedRow.id).where(ScrapedRow.seen_at < before).order_by(ScrapedRow.id).limit(at_most)
        old = delete(ScrapedRow).where(ScrapedRow.id.in_(first)).returning(ScrapedRow.id)
        with self._sessions.begin() as session:
            return len(session.scalars(old).all())

    def sources_of(self, task_id: int) -> list[ScrapeSource]:
        """Return the sources that a task has read or reads, in their order."""
        kept = (
            select(ScrapedRow.source, func.count().label("kept"))
            .where(ScrapedRow.task_id == task_id)
            .group_by(ScrapedRow.source)
            .subquery()
        )
        query = (
            select(SourceRow.source, SourceRow.outcome, SourceRow.seen, func.coalesce(kept.c.kept, 0))
            .outerjoin(kept, kept.c.source == SourceRow.source)
            .where(SourceRow.task_id == task_id)
            .order_by(SourceRow.place)
        )
        with self._sessions() as session:
            return [ScrapeSource(*row) for row in session.execute(query)]

    def page(self, task: Task, page: int, page_size: int, *, whole_request: bool = False) -> Page[ScrapedUser]:
        """Return one page of the users whom a task, or all tasks of its request, found, in order of discovery."""
        chosen = _of(task, whole_request=whole_request)
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(ScrapedRow).where(chosen)) or 0
            ordered = select(ScrapedRow).where(chosen).order_by(ScrapedRow.id)
            rows = session.scalars(ordered.offset((page - 1) * page_size).limit(page_size))
            return Page([_user(row) for row in rows], total)

    def users(self, task: Task, *, whole_request: bool = False) -> list[ScrapedUser]:
        """Return the users whom a task, or all tasks of its request, found, in order of discovery."""
        query = select(ScrapedRow).where(_of(task, whole_request=whole_request)).order_by(ScrapedRow.id)
        with self._sessions() as session:
            return [_user(row) for row in session.scalars(query)]


def _free(scope: str, task_id: int) -> Select[tuple[str]]:
    reader = select(TaskRow.id).where(
        TaskRow.id == SourceRow.task_id, TaskRow.status < _LOWEST_ENDED, TaskRow.deleted_at.is_(None)
    )
    nobody_reads = or_(SourceRow.task_id.is_(None), ~reader.exists())
    return (
        select(SourceRow.source)
        .where(SourceRow.scope == scope, SourceRow.ended_at.is_(None), or_(SourceRow.task_id == task_id, nobody_reads))
        .order_by(SourceRow.task_id.is_distinct_from(task_id), SourceRow.place)
    )


def _of(task: Task, *, whole_request: bool) -> ColumnElement[bool]:
    return ScrapedRow.scope == scope_of(task.id, task.request_id) if whole_request else ScrapedRow.task_id == task.id


def _user(row: ScrapedRow) -> ScrapedUser:
    return ScrapedUser(row.username, row.source, row.position, row.task_id, row.seen_at)
