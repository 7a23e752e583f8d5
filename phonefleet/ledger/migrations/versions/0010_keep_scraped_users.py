"""Add scraped users, and the sources that tasks read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "scrape_sources",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), sa.ForeignKey("tasks.id", name=op.f("fk_scrape_sources_task_id"))),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text()),
        sa.Column("seen", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("scope", "source", name=op.f("pk_scrape_sources")),
    )
    op.create_index(op.f("ix_scrape_sources_task_id"), "scrape_sources", ["task_id"])
    op.create_table(
        "scraped_users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column(
            "task_id",
            sa.BigInteger(),
            sa.ForeignKey("tasks.id", name=op.f("fk_scraped_users_task_id")),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scraped_users")),
    )
    op.create_index(
        "uq_scraped_users_scope_lower_username", "scraped_users", ["scope", sa.text("lower(username)")], unique=True
    )
    op.create_index(op.f("ix_scraped_users_task_id_id"), "scraped_users", ["task_id", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("scraped_users")
    op.drop_table("scrape_sources")
