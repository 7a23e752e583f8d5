"""Add sightings (what the screen showed before an action) and renames (former usernames of accounts)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sightings",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_sightings_task_id")),
        sa.PrimaryKeyConstraint("task_id", "kind", "target", name=op.f("pk_sightings")),
    )
    op.create_table(
        "renames",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("candidates", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("after", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_renames_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_renames")),
    )
    op.create_index(
        "ix_renames_serial_open", "renames", ["serial", "app"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index("ix_renames_app_lower_before", "renames", ["app", sa.text("lower(before)")])


def downgrade() -> None:
    """Take back."""
    op.drop_table("renames")
    op.drop_table("sightings")
