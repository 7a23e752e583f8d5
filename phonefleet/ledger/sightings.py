"""What the screen showed before an action was touched first, so that a later look can tell whether it happened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased, sessionmaker

from phonefleet.ledger.schema import ActionRow
from phonefleet.ledger.schema_changes import SightingRow
from phonefleet.ledger.schema_texts import TextRow


class Sightings:
    """The sightings of the ledger: one of a kind for a target in a task, the last one before the touch."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, task_id: int, kind: str, target: str, content: str) -> None:
        """Keep what the screen shows now, in place of what it showed in an earlier try that touched nothing."""
        new = insert(SightingRow).values(task_id=task_id, kind=kind, target=target, content=content)
        key = ["task_id", "kind", "target"]
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=key, set_={"content": content}))

    def find(self, task_id: int, kind: str, target: str) -> str | None:
        """Return what the screen showed before the first touch; None when nobody has looked."""
        key = (SightingRow.task_id == task_id, SightingRow.kind == kind, SightingRow.target == target)
        with self._sessions() as session:
            return session.scalar(select(SightingRow.content).where(*key))

    def equal_ones_since(self, task_id: int, kind: str, target: str) -> int:
        """Return how often other tasks have done the same with the same text since this one was touched last."""
        mine, its_text, other, their_text = aliased(ActionRow), aliased(TextRow), aliased(ActionRow), aliased(TextRow)
        query = (
            select(func.count())
            .select_from(mine)
            .join(its_text, and_(its_text.task_id == mine.task_id, _same(its_text, mine)))
            .join(
                other,
                and_(
                    _same(other, mine),
                    other.task_id != mine.task_id,
                    other.app == mine.app,
                    func.lower(other.account) == func.lower(mine.account),
                    other.state == "done",
                    other.acting_at > mine.acting_at,
                ),
            )
            .join(
                their_text,
                and_(
                    their_text.task_id == other.task_id,
                    _same(their_text, other),
                    their_text.content == its_text.content,
                ),
            )
            .where(mine.task_id == task_id, mine.kind == kind, mine.target == target)
        )
        with self._sessions() as session:
            return session.scalar(query) or 0


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.kind == other.kind, one.target == other.target)
