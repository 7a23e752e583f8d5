"""Keep beside texts for people the id and the parameters of their messages, so that they can be said in any language.

What stood there before stays as it is: a text without a message beside it is shown as it was written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

_COLUMNS = (
    ("tasks", "remark_message"),
    ("recalls", "remark_message"),
    ("accounts", "hold_message"),
    ("devices", "quarantine_message"),
    ("devices", "note_message"),
    ("addresses", "advice_message"),
    ("campaigns", "note_message"),
    ("campaign_firings", "remark_message"),
    ("actions", "detail_message"),
)


def upgrade() -> None:
    """Apply."""
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, postgresql.JSONB()))


def downgrade() -> None:
    """Take back."""
    for table, column in _COLUMNS:
        op.drop_column(table, column)
