"""Actions on accounts: the intent is written before anything happens, so that nothing happens twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.schema import ActionRow
from phonefleet.ledger.values import Action, ActionState

EndState = Literal["done", "already", "unknown", "failed"]


class Actions:
    """The actions of the ledger: at most one of a kind for a target in a task."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def intend(self, task_id: int, kind: str, account: str | None, target: str, at: datetime) -> Action:
        """Write down what is about to be done, or return what an earlier try wrote."""
        new = insert(ActionRow).values(
            task_id=task_id, kind=kind, account=account, target=target, state="intended", intended_at=at
        )
        this = (ActionRow.task_id == task_id, ActionRow.kind == kind, ActionRow.target == target)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing(index_elements=["task_id", "kind", "target"]))
            return _action(session.scalars(select(ActionRow).where(*this)).one())

    def acting(self, action_id: int, at: datetime) -> None:
        """Record that the next touch does it: from here on it may have happened."""
        self._change(action_id, state="acting", acting_at=at, ended_at=None)

    def end(self, action_id: int, state: EndState, at: datetime, detail: str | None = None) -> None:
        """Record what the screen showed in the end."""
        self._change(action_id, state=state, ended_at=at, detail=detail)

    def of_task(self, task_id: int) -> list[Action]:
        """Return the actions of a task, in the order in which they were intended."""
        query = select(ActionRow).where(ActionRow.task_id == task_id).order_by(ActionRow.id)
        with self._sessions() as session:
            return [_action(row) for row in session.scalars(query)]

    def _change(self, action_id: int, **values: Any) -> None:
        with self._sessions.begin() as session:
            session.execute(update(ActionRow).where(ActionRow.id == action_id).values(**values))


def _action(row: ActionRow) -> Action:
    return Action(
        id=row.id,
        task_id=row.task_id,
        kind=row.kind,
        account=row.account,
        target=row.target,
        state=cast("ActionState", row.state),
        intended_at=row.intended_at,
        acting_at=row.acting_at,
        ended_at=row.ended_at,
        detail=row.detail,
    )
