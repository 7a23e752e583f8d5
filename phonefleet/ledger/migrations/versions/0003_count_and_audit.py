"""Count tasks as they change, list them by index, and keep the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LIVE = sa.text("deleted_at IS NULL")
_KEYS = "serial, username, script_name, source, status"
# Every statement appends what it changed; nobody updates a row, so writers never wait for each other here.
_COUNT = f"""
CREATE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM task_counts;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO task_counts ({_KEYS}, number)
        SELECT {_KEYS}, count(*) FROM new_rows WHERE deleted_at IS NULL GROUP BY {_KEYS};
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO task_counts ({_KEYS}, number)
        SELECT {_KEYS}, -count(*) FROM old_rows WHERE deleted_at IS NULL GROUP BY {_KEYS};
    ELSE
        INSERT INTO task_counts ({_KEYS}, number)
        SELECT {_KEYS}, sum(change) FROM (
            SELECT {_KEYS}, 1 AS change FROM new_rows WHERE deleted_at IS NULL
            UNION ALL SELECT {_KEYS}, -1 FROM old_rows WHERE deleted_at IS NULL
        ) AS changes GROUP BY {_KEYS} HAVING sum(change) <> 0;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - built from the constants above
_TRIGGERS = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "TRUNCATE": "",
}


def upgrade() -> None:
    """Apply."""
    _create_counts()
    _create_audit()
    op.create_index("ix_tasks_id_live", "tasks", ["id"], postgresql_where=_LIVE)
    op.create_index("ix_tasks_source_id", "tasks", ["source", "id"], postgresql_where=_LIVE)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_tasks_source_id")
    op.drop_index("ix_tasks_id_live")
    op.drop_table("audit")
    for event in _TRIGGERS:
        op.execute(f"DROP TRIGGER count_tasks_{event.lower()} ON tasks")
    op.execute("DROP FUNCTION count_tasks()")
    op.drop_table("task_counts")


def _create_counts() -> None:
    op.create_table(
        "task_counts",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("username", sa.Text()),
        sa.Column("script_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
    )
    op.execute(_COUNT)
    for event, tables in _TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER count_tasks_{event.lower()} AFTER {event} ON tasks {tables} "
            "FOR EACH STATEMENT EXECUTE FUNCTION count_tasks()"
        )
    op.execute(
        f"INSERT INTO task_counts ({_KEYS}, number) "  # noqa: S608 - built from the constants above
        f"SELECT {_KEYS}, count(*) FROM tasks WHERE deleted_at IS NULL GROUP BY {_KEYS}"
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("tasks", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
