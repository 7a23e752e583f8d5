"""How many tasks there are of each kind, without looking at the tasks: triggers keep the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, TextClause, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.tasks import BLOCKS, COUNTS
from phonefleet.ledger.values import Counts
from phonefleet.runs.states import Status

_COUNTED = ("status", "serial", "script_name", "source", "username")

_BLOCKED = ("block", "status")
_SPARE_ROWS = 200
_FOLD_LOCK = 50810
_FOLD_COUNTS = text("""
    WITH gone AS (DELETE FROM task_counts RETURNING *)
    INSERT INTO task_counts (serial, username, script_name, source, status, number)
    SELECT serial, username, script_name, source, status, sum(number) FROM gone
    GROUP BY serial, username, script_name, source, status HAVING sum(number) <> 0
""")
_FOLD_BLOCKS = text("""
    WITH gone AS (DELETE FROM task_blocks RETURNING *)
    INSERT INTO task_blocks (block, status, number, oldest, newest)
    SELECT block, status, sum(number), min(oldest), max(newest) FROM gone
    GROUP BY block, status HAVING sum(number) <> 0
""")


class TaskCounts:
    """The numbers of tasks by status; exact at any moment."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def all(self) -> Counts:
        """Return how many tasks have each status."""
        query = select(COUNTS.c.status, func.sum(COUNTS.c.number)).group_by(COUNTS.c.status)
        with self._sessions() as session:
            return Counts(**{Status(status).text: int(number) for status, number in session.execute(query)})

    def fold(self) -> bool:
        """Sum up what many statements have added, if it is worth it; tell whether it was done."""
        with self._sessions.begin() as session:
            if not session.scalar(select(func.pg_try_advisory_xact_lock(_FOLD_LOCK))):
                return False
            folded = [_fold(session, COUNTS, _COUNTED, _FOLD_COUNTS), _fold(session, BLOCKS, _BLOCKED, _FOLD_BLOCKS)]
            return any(folded)


def _fold(session: Session, table: Table, keys: Sequence[str], statement: TextClause) -> bool:
    kinds = select(1).select_from(table).group_by(*(table.c[name] for name in keys)).subquery()
    rows = session.scalar(select(func.count()).select_from(table)) or 0
    needed = session.scalar(select(func.count()).select_from(kinds)) or 0
    if rows <= needed + _SPARE_ROWS:
        return False
    session.execute(statement)
    return True
