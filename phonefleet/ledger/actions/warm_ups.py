"""Stores the progress of warm-ups, so that a retried run continues with the time that is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.texts import WarmUpRow


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The progress of a warm-up: time spent, posts watched, live posts and advertisements skipped."""

    spent: timedelta = timedelta()
    watched: int = 0
    live: int = 0
    ads: int = 0


class WarmUps:
    """The warm-ups of the ledger, by task."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def get(self, task_id: int) -> WarmUp:
        """Return a task's progress; zero when it has none."""
        with self._sessions() as session:
            row = session.scalar(select(WarmUpRow).where(WarmUpRow.task_id == task_id))
        return WarmUp() if row is None else WarmUp(timedelta(seconds=row.spent), row.watched, row.live, row.ads)

    def keep(self, task_id: int, warm_up: WarmUp) -> None:
        """Store a task's progress."""
        values = {
            "spent": warm_up.spent.total_seconds(),
            "watched": warm_up.watched,
            "live": warm_up.live,
            "ads": warm_up.ads,
        }
        new = insert(WarmUpRow).values(task_id=task_id, **values)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=["task_id"], set_=values))
