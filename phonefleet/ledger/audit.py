"""The audit trail: who called what, when, and how it ended. An entry is stored before its call runs, without bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.base import AuditRow
from phonefleet.ledger.values import Page


@dataclass(frozen=True, slots=True)
class AuditedCall:
    """A call that may change something.

    `actor` is the name of a token, never the token; `person` is the name of the person who has it, or `user@localhost`
    for a user of the server's computer, None where neither is known.
    """

    at: datetime
    actor: str
    address: str
    method: str
    path: str
    request_id: str
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(AuditedCall):
    """A call and its outcome: the answer's code and the number of tasks, None while it was not answered."""

    id: int
    code: int | None
    tasks: int | None


class Audit:
    """The audit trail of the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def begin(self, call: AuditedCall, code: int | None = None) -> int:
        """Record a call, with its code if it was refused at once; return the entry's id."""
        names = ("at", "actor", "person", "address", "method", "path", "request_id")
        values = {name: getattr(call, name) for name in names}
        with self._sessions.begin() as session:
            return session.scalars(insert(AuditRow).values(**values, code=code).returning(AuditRow.id)).one()

    def end(self, entry_id: int, code: int, tasks: int | None, person: str | None = None) -> None:
        """Record how a call was answered, and who it was if that came out only now, as at a login."""
        who = {} if person is None else {"person": person}
        with self._sessions.begin() as session:
            session.execute(update(AuditRow).where(AuditRow.id == entry_id).values(code=code, tasks=tasks, **who))

    def forget(self, before: datetime, at_most: int = 1000) -> int:
        """Delete the oldest entries before an instant, so many at most, and return how many there were."""
        oldest = select(AuditRow.id).where(AuditRow.at < before).order_by(AuditRow.id).limit(at_most)
        with self._sessions.begin() as session:
            return len(session.scalars(delete(AuditRow).where(AuditRow.id.in_(oldest)).returning(AuditRow.id)).all())

    def page(self, number: int = 1, size: int = 20) -> Page[AuditEntry]:
        """Return one page of the trail, newest first."""
        rows = select(AuditRow).order_by(AuditRow.id.desc()).offset((number - 1) * size).limit(size)
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(AuditRow)) or 0
            return Page([_entry(row) for row in session.scalars(rows)], total)


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        at=row.at, actor=row.actor, person=row.person, address=row.address, method=row.method, path=row.path,
        request_id=row.request_id, id=row.id, code=row.code, tasks=row.tasks,
    )  # fmt: skip
