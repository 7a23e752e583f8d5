"""Stores the texts chosen for actions: a retry writes the same words, so that the screen shows if they were sent."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.texts import TextRow
from phonefleet.ledger.values import ChosenText


class Texts:
    """The chosen texts of the ledger: one of a kind for a target in a task."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def choose(self, task_id: int, kind: str, target: str, make: Callable[[], ChosenText]) -> ChosenText:
        """Return the text that was chosen before; else call `make` and store its text before returning it."""
        key = (TextRow.task_id == task_id, TextRow.kind == kind, TextRow.target == target)
        with self._sessions() as session:
            row = session.scalar(select(TextRow).where(*key))
        if row is not None:
            return ChosenText(row.content, row.note)
        made = make()
        new = insert(TextRow).values(task_id=task_id, kind=kind, target=target, content=made.content, note=made.note)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing())
            row = session.scalars(select(TextRow).where(*key)).one()
            return ChosenText(row.content, row.note)
