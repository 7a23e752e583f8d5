"""Include all filtered columns in the indexes of lists, so that their scans are index-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_LIVE = sa.text("deleted_at IS NULL")
_FILTERED = ["status", "serial", "script_name", "source", "username", "campaign_id"]


def upgrade() -> None:
    """Apply."""
    _index(_FILTERED, ["created_at", *_FILTERED])


def downgrade() -> None:
    """Take back."""
    _index([], ["created_at"])


def _index(with_dates: list[str], with_ids: list[str]) -> None:
    op.drop_index("ix_tasks_created_at_id", "tasks")
    op.drop_index("ix_tasks_id_live", "tasks")
    op.create_index(
        "ix_tasks_created_at_id", "tasks", ["created_at", "id"], postgresql_where=_LIVE, postgresql_include=with_dates
    )
    op.create_index("ix_tasks_id_live", "tasks", ["id"], postgresql_where=_LIVE, postgresql_include=with_ids)
