"""Count the tasks of a block by status, the most frequent filter of lists."""

# ruff: noqa: S608 - statements are built from constants alone

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.execute("DELETE FROM task_blocks")
    op.add_column("task_blocks", sa.Column("status", sa.SmallInteger(), nullable=False))
    op.execute(_counting("block, status", "id >> 10, status", "1, 2"))
    _fill("block, status", "id >> 10, status", "1, 2")


def downgrade() -> None:
    """Take back."""
    op.drop_column("task_blocks", "status")
    op.execute("DELETE FROM task_blocks")
    op.execute(_counting("block", "id >> 10", "1"))
    _fill("block", "id >> 10", "1")


def _fill(columns: str, keys: str, groups: str) -> None:
    op.execute(
        f"INSERT INTO task_blocks ({columns}, number, oldest, newest) "
        f"SELECT {keys}, count(*), min(created_at), max(created_at) FROM tasks WHERE deleted_at IS NULL "
        f"GROUP BY {groups}"
    )


def _counting(columns: str, keys: str, groups: str) -> str:
    """Return the function of migration 0013, with these columns."""
    added = "SELECT id, status, created_at, 1 AS change FROM new_rows WHERE deleted_at IS NULL"
    taken = "SELECT id, status, created_at, -1 AS change FROM old_rows WHERE deleted_at IS NULL"
    insert = (
        f"INSERT INTO task_blocks ({columns}, number, oldest, newest) "
        f"SELECT {keys}, sum(change), min(created_at), max(created_at) FROM ({{}}) AS changes "
        f"GROUP BY {groups} HAVING sum(change) <> 0;"
    )
    return f"""
        CREATE OR REPLACE FUNCTION count_task_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                DELETE FROM task_blocks;
            ELSIF TG_OP = 'INSERT' THEN
                {insert.format(added)}
            ELSIF TG_OP = 'DELETE' THEN
                {insert.format(taken)}
            ELSE
                {insert.format(f"{added} UNION ALL {taken}")}
            END IF;
            RETURN NULL;
        END $$
    """
