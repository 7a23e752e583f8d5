"""Add the progress of warm-ups, so that a retried run continues with the time that is left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "warm_ups",
        sa.Column(
            "task_id",
            sa.BigInteger(),
            sa.ForeignKey("tasks.id", name=op.f("fk_warm_ups_task_id")),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("spent", sa.Double(), server_default="0", nullable=False),
        sa.Column("watched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("live", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ads", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_warm_ups")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("warm_ups")
