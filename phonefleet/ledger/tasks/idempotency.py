"""Stores idempotency keys: a request that is sent twice with one key does its work once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import KeyReused
from phonefleet.ledger.tables.tasks import IdempotencyRow
from phonefleet.ledger.values import Idempotency


class IdempotencyKeys:
    """The keys that requests have used."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def find(self, idempotency: Idempotency) -> list[int] | None:
        """Return the ids of the tasks that an earlier request with this key created, None when there was none.

        Raises:
            KeyReused: the earlier request asked for something else.

        """
        with self._sessions() as session:
            return _earlier(session, idempotency)

    def forget(self, before: datetime, at_most: int = 1000) -> int:
        """Delete keys that were used before an instant, so many at most, and return how many there were."""
        some = select(IdempotencyRow.key).where(IdempotencyRow.created_at < before).limit(at_most)
        old = delete(IdempotencyRow).where(IdempotencyRow.key.in_(some)).returning(IdempotencyRow.key)
        with self._sessions.begin() as session:
            return len(session.scalars(old).all())


def claim_key(session: Session, idempotency: Idempotency) -> list[int] | None:
    """Store the key within a transaction; when an earlier request had it, return the ids of its tasks.

    A simultaneous request with the same key waits here until the first one has committed.
    """
    new = insert(IdempotencyRow).values(key=idempotency.key, digest=idempotency.digest, task_ids=list[int]())
    claimed = session.scalar(new.on_conflict_do_nothing().returning(IdempotencyRow.key))
    return None if claimed else _earlier(session, idempotency)


def record_tasks(session: Session, idempotency: Idempotency, task_ids: Sequence[int]) -> None:
    """Store with a claimed key the ids of the tasks that its request created."""
    row = update(IdempotencyRow).where(IdempotencyRow.key == idempotency.key)
    session.execute(row.values(task_ids=list(task_ids)))


def _earlier(session: Session, idempotency: Idempotency) -> list[int] | None:
    row = session.scalar(select(IdempotencyRow).where(IdempotencyRow.key == idempotency.key))
    if row is not None and row.digest != idempotency.digest:
        raise KeyReused
    return None if row is None else row.task_ids
