"""Keep what the own profiles of accounts showed, day by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account_days",
        sa.Column(
            "account_id",
            sa.BigInteger(),
            sa.ForeignKey("accounts.id", name=op.f("fk_account_days_account_id"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("numbers", JSONB(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_account_days")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("account_days")
