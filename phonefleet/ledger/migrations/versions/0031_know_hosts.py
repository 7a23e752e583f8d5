"""Know the hosts that have joined the fleet, and which one holds a run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hosts",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text()),
        sa.Column("installation", sa.Text()),
        sa.Column("joined_at", sa.DateTime(timezone=True)),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("away_since", sa.DateTime(timezone=True)),
        sa.Column("losses", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("clock_ahead", sa.Double()),
        sa.Column("complaint", sa.Text()),
        sa.Column("complaint_message", JSONB()),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_hosts")),
    )
    op.create_index(
        "uq_hosts_lower_name",
        "hosts",
        [sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.add_column("tasks", sa.Column("held_by", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("tasks", "held_by")
    op.drop_index("uq_hosts_lower_name", "hosts")
    op.drop_table("hosts")
