"""What the screen showed before an action was touched first, so that a later look can tell whether it happened."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.schema_changes import SightingRow


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
