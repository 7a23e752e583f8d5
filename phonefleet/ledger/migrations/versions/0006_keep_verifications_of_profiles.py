"""Add verifications: which selectors of an app profile were seen to work on which phone and version of the app."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEY = ("serial", "app", "app_version", "selector")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "verifications",
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*_KEY, "fingerprint")),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_verifications")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("verifications")
