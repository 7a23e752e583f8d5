"""Create the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Apply."""
    _create_accounts()
    _create_devices()
    _create_idempotency()
    _create_tasks()
    _create_actions()
    _create_outbox()


def downgrade() -> None:
    """Take back."""
    for table in ("outbox", "actions", "tasks", "idempotency", "devices", "accounts"):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("signed_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hold_reason", sa.Text()),
        sa.Column("held_since", sa.DateTime(timezone=True)),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("app", "username", name=op.f("uq_accounts_app_username")),
    )
    op.create_index(op.f("ix_accounts_serial"), "accounts", ["serial"])


def _create_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text()),
        sa.Column("model", sa.Text()),
        sa.Column("android_version", sa.Text()),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("battery", sa.Integer()),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("group_name", sa.Text()),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quarantine_reason", sa.Text()),
        sa.Column("quarantined_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_devices")),
        sa.UniqueConstraint("alias", name=op.f("uq_devices_alias")),
    )


def _create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("task_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency")),
    )


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("script_name", sa.Text(), nullable=False),
        sa.Column("script_config", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("username", sa.Text()),
        sa.Column("app", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state_type", sa.Text()),
        sa.Column("state_name", sa.Text()),
        sa.Column("state_at", sa.DateTime(timezone=True)),
        sa.Column("remark", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_time", sa.DateTime(timezone=True)),
        sa.Column("end_time", sa.DateTime(timezone=True)),
        sa.Column("retry_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress_total", sa.Integer(), server_default="1", nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True)),
        sa.Column("flow_run_id", sa.Uuid()),
        sa.Column("wait_seconds", sa.Double(), server_default="0", nullable=False),
        sa.Column("campaign_id", sa.BigInteger()),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("flow_run_id", name=op.f("uq_tasks_flow_run_id")),
    )
    op.create_index("ix_tasks_campaign_id_id", "tasks", ["campaign_id", "id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_script_name_id", "tasks", ["script_name", "id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_serial_id", "tasks", ["serial", "id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_status_id", "tasks", ["status", "id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_username_id", "tasks", ["username", "id"], postgresql_where=_LIVE)


def _create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acting_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_actions_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("task_id", "kind", "target", name=op.f("uq_actions_task_id_kind_target")),
    )
    op.create_index("ix_actions_account_kind_intended_at", "actions", ["account", "kind", "intended_at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_outbox_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_serial_scheduled_for_task_id", "outbox", ["serial", "scheduled_for", "task_id"])
