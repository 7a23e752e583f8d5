"""Record which holds and quarantines were announced; existing ones count as announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_HELD = """
INSERT INTO announcements (kind, subject, since)
SELECT 'account', id::text, held_since FROM accounts WHERE held_since IS NOT NULL
UNION ALL
SELECT 'device', serial, quarantined_since FROM devices
WHERE quarantine_reason IS NOT NULL AND quarantined_since IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "announcements",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_announcements"),
    )
    op.execute(_HELD)


def downgrade() -> None:
    """Take back."""
    op.drop_table("announcements")
