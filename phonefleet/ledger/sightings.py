"""What the screen showed before an action was touched first, so that a later look can tell whether it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased, sessionmaker

from phonefleet.ledger.schema import ActionRow
from phonefleet.ledger.schema_changes import SightingRow
from phonefleet.ledger.schema_texts import TextRow


@dataclass(frozen=True, slots=True)
class OthersSince:
    """What other tasks of the account have done meanwhile: all, what is just the same, what has the same target."""

    all: int = 0
    equal: int = 0
    here: int = field(default=0, compare=False)


class Sightings:
    """The sightings of the ledger: one of a kind for a target in a task, the last one before the touch."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, task_id: int, kind: str, target: str, content: str, at: datetime) -> None:
        """Keep what the screen shows now, in place of what it showed in an earlier try that touched nothing."""
        seen = {"content": content, "seen_at": at}
        new = insert(SightingRow).values(task_id=task_id, kind=kind, target=target, **seen)
        key = ["task_id", "kind", "target"]
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=key, set_=seen))

    def find(self, task_id: int, kind: str, target: str) -> str | None:
        """Return what the screen showed before the first touch; None when nobody has looked."""
        key = (SightingRow.task_id == task_id, SightingRow.kind == kind, SightingRow.target == target)
        with self._sessions() as session:
            return session.scalar(select(SightingRow.content).where(*key))

    def others_since(self, task_id: int, kind: str, target: str) -> OthersSince:
        """Return how often other tasks have done something of this kind since the screen was seen."""
        mine, its_text, other, their_text = aliased(ActionRow), aliased(TextRow), aliased(ActionRow), aliased(TextRow)
        seen = aliased(SightingRow)
        equal = and_(_same(other, mine), their_text.content == its_text.content)
        query = (
            select(func.count(), func.count().filter(equal), func.count().filter(_same(other, mine)))
            .select_from(mine)
            .join(its_text, and_(its_text.task_id == mine.task_id, _same(its_text, mine)))
            .join(seen, and_(seen.task_id == mine.task_id, _same(seen, mine)))
            .join(other, and_(_by_another_task(other, mine), other.acting_at > seen.seen_at))
            .join(their_text, and_(their_text.task_id == other.task_id, _same(their_text, other)))
            .where(mine.task_id == task_id, mine.kind == kind, mine.target == target)
        )
        with self._sessions() as session:
            return OthersSince(*session.execute(query).one())


def _by_another_task(other: Any, mine: Any) -> ColumnElement[bool]:
    return and_(
        other.kind == mine.kind,
        other.task_id != mine.task_id,
        other.app == mine.app,
        func.lower(other.account) == func.lower(mine.account),
        other.state == "done",
    )


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.kind == other.kind, one.target == other.target)
