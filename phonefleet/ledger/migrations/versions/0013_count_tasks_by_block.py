"""Count tasks by the block of their id, so that any page is found without a scan up to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_SPAN = "id >> 10, sum(change), min(created_at), max(created_at)"
# Like count_tasks(): every statement appends what it changed. The span of a block may be wider than its tasks' dates.
_COUNT = f"""
CREATE FUNCTION count_task_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM task_blocks;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO task_blocks (block, number, oldest, newest)
        SELECT {_SPAN} FROM (SELECT *, 1 AS change FROM new_rows WHERE deleted_at IS NULL) AS changes GROUP BY 1;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO task_blocks (block, number, oldest, newest)
        SELECT {_SPAN} FROM (SELECT *, -1 AS change FROM old_rows WHERE deleted_at IS NULL) AS changes GROUP BY 1;
    ELSE
        INSERT INTO task_blocks (block, number, oldest, newest)
        SELECT {_SPAN} FROM (
            SELECT id, created_at, 1 AS change FROM new_rows WHERE deleted_at IS NULL
            UNION ALL SELECT id, created_at, -1 FROM old_rows WHERE deleted_at IS NULL
        ) AS changes GROUP BY 1 HAVING sum(change) <> 0;
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
    op.create_table(
        "task_blocks",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(_COUNT)
    for event, tables in _TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER count_task_blocks_{event.lower()} AFTER {event} ON tasks {tables} "
            "FOR EACH STATEMENT EXECUTE FUNCTION count_task_blocks()"
        )
    op.execute(
        "INSERT INTO task_blocks (block, number, oldest, newest) "
        "SELECT id >> 10, count(*), min(created_at), max(created_at) FROM tasks WHERE deleted_at IS NULL GROUP BY 1"
    )


def downgrade() -> None:
    """Take back."""
    for event in _TRIGGERS:
        op.execute(f"DROP TRIGGER count_task_blocks_{event.lower()} ON tasks")
    op.execute("DROP FUNCTION count_task_blocks()")
    op.drop_table("task_blocks")
