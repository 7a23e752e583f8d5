"""Name the ledger, add recalls, and notify every change of tasks and devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TELL = """
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('phonefleet_changes', json_build_array(TG_TABLE_NAME, CASE TG_TABLE_NAME
        WHEN 'tasks' THEN to_jsonb(NEW) -> 'id' ELSE to_jsonb(NEW) -> 'serial' END)::text);
    RETURN NULL;
END $$
"""
# Ten thousand new tasks are one notification, not ten thousand.
_TELL_NEW_TASKS = """
CREATE FUNCTION tell_new_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made bigint; first_id bigint; last_id bigint;
BEGIN
    SELECT count(*), min(id), max(id) INTO made, first_id, last_id FROM new_tasks;
    IF made > 0 THEN
        PERFORM pg_notify('phonefleet_changes', json_build_array('new_tasks', first_id, last_id)::text);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    """CREATE TRIGGER tell_new_tasks AFTER INSERT ON tasks REFERENCING NEW TABLE AS new_tasks
       FOR EACH STATEMENT EXECUTE FUNCTION tell_new_tasks()""",
    """CREATE TRIGGER tell_task AFTER UPDATE ON tasks FOR EACH ROW
       WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION tell_change()""",
    "CREATE TRIGGER tell_new_device AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION tell_change()",
    """CREATE TRIGGER tell_device AFTER UPDATE ON devices FOR EACH ROW WHEN (
           (OLD.alias, OLD.state, OLD.battery, OLD.enabled, OLD.group_name, OLD.quarantine_reason)
           IS DISTINCT FROM
           (NEW.alias, NEW.state, NEW.battery, NEW.enabled, NEW.group_name, NEW.quarantine_reason)
       ) EXECUTE FUNCTION tell_change()""",
)


def upgrade() -> None:
    """Apply."""
    op.create_table("ledger", sa.Column("id", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("id"))
    op.execute("INSERT INTO ledger (id) VALUES (left(replace(gen_random_uuid()::text, '-', ''), 10))")
    _create_recalls()
    for statement in (_TELL, _TELL_NEW_TASKS, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION tell_change() CASCADE")
    op.execute("DROP FUNCTION tell_new_tasks() CASCADE")
    op.drop_table("recalls")
    op.drop_table("ledger")


def _create_recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("flow_run_id", sa.Uuid()),
        sa.Column("run_key", sa.Text()),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("flow_run_id IS NOT NULL OR run_key IS NOT NULL", name="ck_recalls_names_a_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
        sa.UniqueConstraint("flow_run_id", name=op.f("uq_recalls_flow_run_id")),
        sa.UniqueConstraint("run_key", name=op.f("uq_recalls_run_key")),
    )
    op.create_index("ix_recalls_due_at", "recalls", ["due_at"])
