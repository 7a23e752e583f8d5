"""Record who put a phone in quarantine, and since when; make usernames unique ignoring case.

Existing quarantines count as a worker's. Of accounts that differ in case only, the first stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.add_column("devices", sa.Column("quarantined_by", sa.Text()))
    op.add_column("devices", sa.Column("quarantined_since", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE devices SET quarantined_by = 'worker', quarantined_since = last_seen "
        "WHERE quarantine_reason IS NOT NULL"
    )
    op.execute(
        "DELETE FROM accounts AS later USING accounts AS first "
        "WHERE later.app = first.app AND lower(later.username) = lower(first.username) AND later.id > first.id"
    )
    op.drop_constraint(op.f("uq_accounts_app_username"), "accounts", type_="unique")
    op.create_index("uq_accounts_app_lower_username", "accounts", ["app", sa.text("lower(username)")], unique=True)
    op.create_index(
        "ix_tasks_serial_status_unfinished",
        "tasks",
        ["serial", "status", "id"],
        postgresql_where=sa.text("deleted_at IS NULL AND status < 2"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_tasks_serial_status_unfinished", "tasks")
    op.drop_index("uq_accounts_app_lower_username", "accounts")
    op.create_unique_constraint(op.f("uq_accounts_app_username"), "accounts", ["app", "username"])
    op.drop_column("devices", "quarantined_since")
    op.drop_column("devices", "quarantined_by")
