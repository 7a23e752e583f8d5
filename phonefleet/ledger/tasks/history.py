"""Deletes ended tasks that are kept no longer, with what belongs to them alone. Prefect's runs are not known here.

Never deleted: unfinished tasks, actions (whom an account has acted on, and its budgets), uses of files, renames. A
task stays longer while something still needs it; `_NEEDING` says what.
"""

# ruff: noqa: S608 - statements are built from constants alone

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session, sessionmaker

Kind = Literal["ended", "deleted"]
"""Tasks that have ended, and tasks that a person has deleted in whatever state."""

_ENDED_AT = "coalesce({0}.end_time, {0}.state_at, {0}.created_at)"
_OLD: dict[Kind, str] = {
    "ended": "task.deleted_at IS NULL AND task.status >= 2 AND task.created_at < :before AND "
    f"{_ENDED_AT.format('task')} < :before",
    "deleted": "task.deleted_at < :before",
}
_ORDER: dict[Kind, str] = {"ended": "task.created_at", "deleted": "task.deleted_at"}
_UNFINISHED_OR_YOUNG = "{0}.deleted_at IS NULL AND ({0}.status < 2 OR " + _ENDED_AT + " >= :before)"
_NEEDING = (
    "SELECT FROM outbox WHERE outbox.task_id = task.id",
    "SELECT FROM recalls WHERE recalls.flow_run_id = task.flow_run_id",
    "SELECT FROM scraped_users WHERE scraped_users.task_id = task.id",
    "SELECT FROM scraped_users WHERE scope = 'request ' || task.request_id",
    f"""
        SELECT FROM tasks AS sibling WHERE sibling.request_id = task.request_id
            AND sibling.script_name IN ('super_marketing', 'scrape_user')
            AND task.script_name IN ('super_marketing', 'scrape_user')
            AND {_UNFINISHED_OR_YOUNG.format("sibling")}
    """,
    """
        SELECT FROM actions JOIN unnest(
            CAST(:apps AS text[]), CAST(:accounts AS text[]), CAST(:kinds AS text[]), CAST(:times AS timestamptz[])
        ) AS open(app, account, kind, seen_at) ON actions.app = open.app AND lower(actions.account) = open.account
            AND actions.kind = open.kind AND actions.acting_at > open.seen_at
        WHERE actions.task_id = task.id
    """,
)
"""What needs a task: it is on its way to Prefect or back; people whom it, or another task of its request, collected are
kept; another one that shares its targets or sources has not ended long ago; and its texts tell another task of the
account whether an action has happened (see `Sightings.others_since`)."""

_NOT_NEEDED = " AND ".join(f"NOT EXISTS ({one})" for one in _NEEDING)
_OF_SEVERAL = (
    """
    DELETE FROM claims WHERE task_id = ANY(:ids)
        OR (task_id IS NULL AND (pool = ANY(:requests) OR only_task_id = ANY(:ids)))
    """,
    "DELETE FROM scrape_sources WHERE task_id = ANY(:ids) OR (task_id IS NULL AND scope = ANY(:scopes))",
    """
    DELETE FROM material_uses WHERE task_id = ANY(:ids) AND used_at IS NULL AND NOT EXISTS (
        SELECT FROM actions WHERE actions.task_id = material_uses.task_id AND kind = 'post'
            AND state IN ('acting', 'unknown')
    )
    """,
)
_TABLES_OF_ONE = ("sightings", "texts", "warm_ups", "device_actions")
_OF_ONE = [f"DELETE FROM {table} WHERE task_id = ANY(:ids)" for table in _TABLES_OF_ONE]
_DELETIONS = [text(one) for one in (*_OF_SEVERAL, *_OF_ONE, "DELETE FROM tasks WHERE id = ANY(:ids)")]
_FIND: dict[Kind, TextClause] = {
    kind: text(f"""
        SELECT task.id, {order}, task.flow_run_id, task.request_id FROM tasks AS task
        WHERE {_OLD[kind]} AND ({order}, task.id) > (:after, :after_id) AND {_NOT_NEEDED}
        ORDER BY {order}, task.id LIMIT :number
    """)
    for kind, order in _ORDER.items()
}
_LOCK = text(f"""
    SELECT task.id FROM tasks AS task WHERE task.id = ANY(:ids) AND ({" OR ".join(f"({one})" for one in _OLD.values())})
        AND {_NOT_NEEDED} FOR UPDATE OF task SKIP LOCKED
""")
_OPEN_SIGHTINGS = text(f"""
    SELECT actions.app, lower(account), kind, min(seen_at) FROM sightings JOIN actions USING (task_id, kind, target)
    JOIN tasks AS task ON task.id = task_id
    WHERE seen_at < :before AND account IS NOT NULL AND {_UNFINISHED_OR_YOUNG.format("task")} GROUP BY 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class OldTask:
    """A task that may be deleted; `at` is the instant by which such tasks are ordered."""

    id: int
    at: datetime
    flow_run_id: UUID | None
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class OpenSightings:
    """What accounts were about to do in tasks that go on: by app, account in lower case and kind, and since when."""

    apps: list[str] = field(default_factory=list[str])
    accounts: list[str] = field(default_factory=list[str])
    kinds: list[str] = field(default_factory=list[str])
    times: list[datetime] = field(default_factory=list[datetime])

    @property
    def values(self) -> dict[str, Any]:
        """The values of the statements' parameters."""
        return {"apps": self.apps, "accounts": self.accounts, "kinds": self.kinds, "times": self.times}


class History:
    """The ended tasks of the ledger.

    open_sightings = history.open_sightings(before)
    batch = history.old("ended", before, open_sightings)
    history.forget(batch, before, open_sightings)
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def open_sightings(self, before: datetime) -> OpenSightings:
        """Return the sightings from before an instant of tasks that are not deleted with it; there are few, if any."""
        with self._sessions() as session:
            rows = session.execute(_OPEN_SIGHTINGS, {"before": before}).all()
        return OpenSightings(*(list(column) for column in zip(*rows, strict=True))) if rows else OpenSightings()

    def old(
        self, kind: Kind, before: datetime, sightings: OpenSightings, after: OldTask | None = None, number: int = 50
    ) -> list[OldTask]:
        """Return the next tasks that ended, or were deleted, before an instant, and that nothing needs any more."""
        at, after_id = (after.at, after.id) if after else (datetime.min.replace(tzinfo=UTC), 0)
        values = {"before": before, "after": at, "after_id": after_id, "number": number, **sightings.values}
        with self._sessions() as session:
            return [OldTask(*row) for row in session.execute(_FIND[kind], values)]

    def forget(self, tasks: Sequence[OldTask], before: datetime, sightings: OpenSightings) -> int:
        """Delete those of these tasks that are still to be deleted, in one transaction; return how many there were.

        One that goes on again, or that somebody changes at this moment, stays.
        """
        values = {"ids": [task.id for task in tasks], "before": before, **sightings.values}
        with self._sessions.begin() as session:
            gone = set(session.scalars(_LOCK, values))
            _delete(session, [task for task in tasks if task.id in gone])
        return len(gone)


def _delete(session: Session, tasks: Collection[OldTask]) -> None:
    """Delete the rows of tasks, and before them those that refer to them."""
    requests = list({task.request_id for task in tasks if task.request_id})
    # A scope is named as in phonefleet.ledger.targets.scraping, a shared pool is that of the request.
    scopes = [f"request {request}" for request in requests] + [f"task {task.id}" for task in tasks]
    values = {"ids": [task.id for task in tasks], "requests": requests, "scopes": scopes}
    for statement in _DELETIONS if tasks else ():
        session.execute(statement, values)
