"""Stores the texts chosen for actions: a retry writes the same words, so that the screen shows if they were sent."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, select
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
        return self.find(task_id, kind, target) or self.keep(task_id, kind, target, make())

    def find(self, task_id: int, kind: str, target: str) -> ChosenText | None:
        """Return the text that was chosen before, None when none was."""
        with self._sessions() as session:
            row = session.scalar(select(TextRow).where(*_key(task_id, kind, target)))
        return None if row is None else ChosenText(row.content, row.note)

    def keep(self, task_id: int, kind: str, target: str, made: ChosenText) -> ChosenText:
        """Store a text, unless one was chosen before; return the one that holds."""
        new = insert(TextRow).values(task_id=task_id, kind=kind, target=target, content=made.content, note=made.note)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing())
            row = session.scalars(select(TextRow).where(*_key(task_id, kind, target))).one()
            return ChosenText(row.content, row.note)


def _key(task_id: int, kind: str, target: str) -> tuple[ColumnElement[bool], ...]:
    return TextRow.task_id == task_id, TextRow.kind == kind, TextRow.target == target
