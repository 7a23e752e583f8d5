"""Records that the files of a post are used, in the transaction in which the ledger says that the post is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.targets import MaterialUseRow


def record_use(session: Session, action_id: int, at: datetime) -> None:
    """Record that the files of a task are published, if this action is the one that publishes them."""
    row = MaterialUseRow
    published = (ActionRow.id == action_id, ActionRow.kind == "post", ActionRow.task_id == row.task_id)
    used = update(row).where(row.used_at.is_(None), *published)
    session.execute(used.values(used_at=at, app=ActionRow.app, account=ActionRow.account))
