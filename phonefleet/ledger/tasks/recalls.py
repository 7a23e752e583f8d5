"""Stores recalls: stops of runs, until Prefect has ended the runs, however long it is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.tasks import RecallRow
from phonefleet.ledger.values import Recall
from phonefleet.words import pack, unpack


class Recalls:
    """The recalls of the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def give(self, flow_run_id: UUID, remark: str, at: datetime, due_at: datetime) -> None:
        """Recall a run, if it is not recalled yet. From `due_at` on the recaller carries it out."""
        with self._sessions.begin() as session:
            give_recall(session, remark, at, due_at, flow_run_id=flow_run_id)

    def due(self, now: datetime, limit: int) -> list[Recall]:
        """Return the recalls that are due, the earliest first."""
        query = select(RecallRow).where(RecallRow.due_at <= now).order_by(RecallRow.due_at, RecallRow.id).limit(limit)
        with self._sessions() as session:
            return [_recall(row) for row in session.scalars(query)]

    def of_runs(self, flow_run_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the remarks of those of these runs that are recalled, by run."""
        query = select(RecallRow).where(RecallRow.flow_run_id.in_(flow_run_ids))
        with self._sessions() as session:
            return {row.flow_run_id: _remark(row) for row in session.scalars(query) if row.flow_run_id is not None}

    def remark(self, flow_run_id: UUID, run_key: str | None) -> str | None:
        """Return why a run is recalled; None when it may go on."""
        with self._sessions() as session:
            row = session.execute(_OF_RUN, {"run": flow_run_id, "key": run_key}).first()
            return None if row is None else _remark(row)

    def postpone(self, recall_ids: Collection[int], until: datetime) -> None:
        """Set recalls to be due later."""
        with self._sessions.begin() as session:
            session.execute(update(RecallRow).where(RecallRow.id.in_(recall_ids)).values(due_at=until))

    def forget(self, recall_ids: Collection[int]) -> None:
        """Delete recalls that have been carried out."""
        with self._sessions.begin() as session:
            session.execute(delete(RecallRow).where(RecallRow.id.in_(recall_ids)))

    def forget_run(self, flow_run_id: UUID) -> None:
        """Delete the recall of a run that has ended, or may go on."""
        with self._sessions.begin() as session:
            session.execute(delete(RecallRow).where(RecallRow.flow_run_id == flow_run_id))


def give_recall(session: Session, remark: str, at: datetime, due_at: datetime, **run: UUID | str) -> None:
    """Recall a run within a transaction; `run` is its `flow_run_id`, or its `run_key` when it may not exist."""
    row = insert(RecallRow).values(remark=remark, remark_message=pack(remark), given_at=at, due_at=due_at, **run)
    session.execute(row.on_conflict_do_nothing())


def _recall(row: RecallRow) -> Recall:
    return Recall(row.id, row.flow_run_id, row.run_key, _remark(row), row.given_at)


def _remark(row: RecallRow | Row[Any]) -> str:
    return unpack(row.remark, row.remark_message) or row.remark


_R = table_of(RecallRow).c
_OF_RUN: Final = (
    select(_R.remark, _R.remark_message)
    .where(or_(_R.flow_run_id == bindparam("run"), _R.run_key == bindparam("key", type_=Text())))
    .limit(1)
)
