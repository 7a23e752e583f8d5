"""Let lists by date be index-only scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_tasks_created_at", "tasks")
    op.drop_index("ix_tasks_id_live", "tasks")
    op.create_index("ix_tasks_created_at_id", "tasks", ["created_at", "id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_id_live", "tasks", ["id"], postgresql_where=_LIVE, postgresql_include=["created_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_tasks_id_live", "tasks")
    op.drop_index("ix_tasks_created_at_id", "tasks")
    op.create_index("ix_tasks_id_live", "tasks", ["id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"], postgresql_where=_LIVE)
