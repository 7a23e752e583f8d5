"""Add each task's place in its request, the texts that were chosen for its actions, and encrypted secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.add_column("tasks", sa.Column("ordinal", sa.Integer, nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("request_id", sa.Uuid))
    op.create_table(
        "texts",
        sa.Column("task_id", sa.BigInteger, sa.ForeignKey("tasks.id", name=op.f("fk_texts_task_id")), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("task_id", "kind", "target", name=op.f("pk_texts")),
    )
    op.create_table(
        "secrets",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_secrets")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("secrets")
    op.drop_table("texts")
    op.drop_column("tasks", "request_id")
    op.drop_column("tasks", "ordinal")
