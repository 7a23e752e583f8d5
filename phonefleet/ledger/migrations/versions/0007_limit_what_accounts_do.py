"""Add limits, the do-not-contact list, and the charges of actions to budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

_COUNTS = "(state IN ('intended', 'acting', 'done', 'unknown') OR (state = 'failed' AND acting_at IS NOT NULL))"


def upgrade() -> None:
    """Apply."""
    _create_limits()
    _create_do_not_contact()
    op.add_column("actions", sa.Column("app", sa.Text()))
    op.add_column("actions", sa.Column("charged_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE actions SET app = coalesce(tasks.app, '') FROM tasks WHERE tasks.id = actions.task_id")
    op.execute(f"UPDATE actions SET charged_at = coalesce(acting_at, intended_at) WHERE {_COUNTS}")  # noqa: S608
    op.alter_column("actions", "app", nullable=False)
    op.drop_index("ix_actions_account_kind_intended_at", "actions")
    op.create_index(
        "ix_actions_app_lower_account_charged_at",
        "actions",
        ["app", sa.text("lower(account)"), "charged_at"],
        postgresql_where=sa.text("charged_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_actions_app_lower_account_charged_at", "actions")
    op.create_index("ix_actions_account_kind_intended_at", "actions", ["account", "kind", "intended_at"])
    op.drop_column("actions", "charged_at")
    op.drop_column("actions", "app")
    op.drop_table("do_not_contact")
    op.drop_table("limits")


def _create_limits() -> None:
    op.create_table(
        "limits",
        sa.Column("version", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_limits")),
    )


def _create_do_not_contact() -> None:
    op.create_table(
        "do_not_contact",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("folded_name", "app", "username")),
        sa.Column("reason", sa.Text()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("folded_name", "app", name=op.f("pk_do_not_contact")),
    )
