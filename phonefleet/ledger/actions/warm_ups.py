"""How far warm-ups have got: a run that comes back goes on with the time that is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.texts import WarmUpRow


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What a warm-up has done: posts watched, live posts and advertisements passed over, and the time it took."""

    spent: timedelta = timedelta()
    watched: int = 0
    live: int = 0
    ads: int = 0


class WarmUps:
    """The warm-ups of the ledger, by task."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def get(self, task_id: int) -> WarmUp:
        """Return how far a task has got."""
        with self._sessions() as session:
            row = session.scalar(select(WarmUpRow).where(WarmUpRow.task_id == task_id))
        return WarmUp() if row is None else WarmUp(timedelta(seconds=row.spent), row.watched, row.live, row.ads)

    def keep(self, task_id: int, warm_up: WarmUp) -> None:
        """Record how far a task has got."""
        values = {
            "spent": warm_up.spent.total_seconds(),
            "watched": warm_up.watched,
            "live": warm_up.live,
            "ads": warm_up.ads,
        }
        new = insert(WarmUpRow).values(task_id=task_id, **values)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=["task_id"], set_=values))
