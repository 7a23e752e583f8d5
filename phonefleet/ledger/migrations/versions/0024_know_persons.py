"""Know persons by their tokens, keep their logins, and say in the audit trail who called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "persons",
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("folded_name", name=op.f("pk_persons")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_persons_token_digest")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_token_digest"), "sessions", ["token_digest"])
    op.add_column("audit", sa.Column("person", sa.Text()))


def downgrade() -> None:
    """Take back."""
    op.drop_column("audit", "person")
    op.drop_table("sessions")
    op.drop_table("persons")
