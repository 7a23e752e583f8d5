"""Let persons take phones over, and remember which phones are watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0021"

_TELL = """
CREATE TRIGGER tell_takeover AFTER INSERT OR UPDATE OF held_at, ended_at, serial ON takeovers
FOR EACH ROW EXECUTE FUNCTION tell_phone()
"""
"""The function is that of migration 0019."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "takeovers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inputs", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeovers")),
        sa.UniqueConstraint("lease", name=op.f("uq_takeovers_lease")),
    )
    op.create_index("ix_takeovers_serial", "takeovers", ["serial", "id"])
    op.create_index("ix_takeovers_serial_open", "takeovers", ["serial"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "watched",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_watched")),
    )
    op.execute(_TELL)


def downgrade() -> None:
    """Take back."""
    op.drop_table("watched")
    op.drop_table("takeovers")
