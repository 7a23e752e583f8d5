"""Let ended tasks be deleted: actions and renames outlive their tasks, and indexes find what may go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_OUTLIVING = ("actions", "renames")
_SHARED = "ix_tasks_request_id_shared"


def upgrade() -> None:
    """Apply."""
    for table in _OUTLIVING:
        op.drop_constraint(op.f(f"fk_{table}_task_id"), table, type_="foreignkey")
    op.create_index("ix_tasks_deleted_at", "tasks", ["deleted_at"], postgresql_where=sa.text("deleted_at IS NOT NULL"))
    alone = sa.text("only_task_id IS NOT NULL")
    op.create_index("ix_claims_only_task_id", "claims", ["only_task_id"], postgresql_where=alone)
    _index_requests("script_name IN ('super_marketing', 'scrape_user')")


def downgrade() -> None:
    """Take back; what outlives its task already is left as it is."""
    for table in _OUTLIVING:
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_task_id FOREIGN KEY (task_id) REFERENCES tasks (id) "
            "NOT VALID"
        )
    op.drop_index("ix_claims_only_task_id", "claims")
    op.drop_index("ix_tasks_deleted_at", "tasks")
    _index_requests("script_name = 'super_marketing'")


def _index_requests(which: str) -> None:
    op.drop_index(_SHARED, "tasks")
    op.create_index(_SHARED, "tasks", ["request_id"], postgresql_where=sa.text(which))
