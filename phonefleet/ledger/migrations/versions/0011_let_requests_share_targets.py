"""Add pools: the targets that the tasks of a request share, with their claims and outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "claims",
        sa.Column("pool", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("posts", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("only_task_id", sa.BigInteger),
        sa.Column("task_id", sa.BigInteger, sa.ForeignKey("tasks.id", name=op.f("fk_claims_task_id"))),
        sa.Column("account", sa.Text),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text),
        sa.Column("steps", JSONB),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("pool", "position", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_task_id_position", "claims", ["task_id", "position"])
    free = sa.text("task_id IS NULL")
    op.create_index("ix_claims_pool_position_free", "claims", ["pool", "position"], postgresql_where=free)
    op.create_index(
        "ix_tasks_request_id_shared",
        "tasks",
        ["request_id"],
        postgresql_where=sa.text("script_name = 'super_marketing'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_tasks_request_id_shared", "tasks")
    op.drop_table("claims")
