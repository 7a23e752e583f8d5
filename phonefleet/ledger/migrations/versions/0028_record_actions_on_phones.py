"""Record what is done to phones as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "device_actions",
        sa.Column("task_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_device_actions_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_device_actions")),
    )
    op.create_index("ix_device_actions_serial_kind_ended_at", "device_actions", ["serial", "kind", "ended_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("device_actions")
