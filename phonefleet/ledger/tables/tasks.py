"""The tables of tasks, of their counts, and of the outbox, idempotency keys and recalls."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    ScalarSelect,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from phonefleet.ledger.tables.base import Base
from phonefleet.ledger.tables.fleet import DeviceRow

_LIVE = text("deleted_at IS NULL")


_FILTERED = ["status", "serial", "script_name", "source", "username", "campaign_id"]


_UNFINISHED = text("deleted_at IS NULL AND status < 2")


def alias_of(serial: Any) -> ScalarSelect[Any]:
    """Return the SQL for what people call a phone now."""
    return select(DeviceRow.alias).where(DeviceRow.serial == serial).correlate_except(DeviceRow).scalar_subquery()


class TaskRow(Base):
    """A task. `state_at` is the timestamp of the last recorded state; a deleted task's row is kept like an ended one's.

    Until `held_until` a lane holds its run, and only that lane may record its end; `held_by` is the host of the lane.
    """

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    script_name: Mapped[str]
    script_config: Mapped[dict[str, Any]]
    serial: Mapped[str] = mapped_column()
    username: Mapped[str | None]
    app: Mapped[str | None]
    source: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    state_type: Mapped[str | None]
    state_name: Mapped[str | None]
    state_at: Mapped[datetime | None]
    remark: Mapped[str | None]
    remark_message: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    scheduled_for: Mapped[datetime]
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(server_default="0")
    progress_done: Mapped[int] = mapped_column(server_default="0")
    progress_total: Mapped[int] = mapped_column(server_default="1")
    result: Mapped[dict[str, Any] | None]
    flow_run_id: Mapped[UUID | None]
    wait_seconds: Mapped[float] = mapped_column(server_default="0")
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime | None]
    ordinal: Mapped[int] = mapped_column(server_default="0")
    request_id: Mapped[UUID | None]
    held_until: Mapped[datetime | None]
    held_by: Mapped[str | None]
    alias: Mapped[str | None] = column_property(alias_of(serial))
    """What people call the phone now; no column."""

    __table_args__ = (
        UniqueConstraint("flow_run_id"),
        Index("ix_tasks_status_id", "status", "id", postgresql_where=_LIVE),
        Index("ix_tasks_serial_id", "serial", "id", postgresql_where=_LIVE),
        Index("ix_tasks_script_name_id", "script_name", "id", postgresql_where=_LIVE),
        Index("ix_tasks_username_id", "username", "id", postgresql_where=_LIVE),
        Index("ix_tasks_campaign_id_id", "campaign_id", "id", postgresql_where=_LIVE),
        Index("ix_tasks_created_at_id", "created_at", "id", postgresql_where=_LIVE, postgresql_include=_FILTERED),
        Index("ix_tasks_id_live", "id", postgresql_where=_LIVE, postgresql_include=["created_at", *_FILTERED]),
        Index("ix_tasks_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_tasks_source_id", "source", "id", postgresql_where=_LIVE),
        Index("ix_tasks_serial_status_unfinished", "serial", "status", "id", postgresql_where=_UNFINISHED),
    )


COUNTS = Table(
    "task_counts",
    Base.metadata,
    Column("serial", Text(), nullable=False),
    Column("username", Text()),
    Column("script_name", Text(), nullable=False),
    Column("source", Text(), nullable=False),
    Column("status", SmallInteger(), nullable=False),
    Column("number", BigInteger(), nullable=False),
)
"""The numbers of tasks that are not deleted, by serial, username, script, source and status.

Triggers append a row of changes for every statement; the number is the sum. Compacting them keeps the table short.
"""


BLOCKS = Table(
    "task_blocks",
    Base.metadata,
    Column("block", BigInteger(), nullable=False),
    Column("number", BigInteger(), nullable=False),
    Column("oldest", DateTime(timezone=True), nullable=False),
    Column("newest", DateTime(timezone=True), nullable=False),
    Column("status", SmallInteger(), nullable=False),
)
"""The numbers of tasks that are not deleted, by status and block of 1,024 ids, kept as `COUNTS` is.

The tasks of a block were all created from `oldest` to `newest`.
"""


class OutboxEntry(Base):
    """A task that has no flow run in Prefect yet, and when to try next to create it."""

    __tablename__ = "outbox"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    serial: Mapped[str]
    scheduled_for: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (Index("ix_outbox_serial_scheduled_for_task_id", "serial", "scheduled_for", "task_id"),)


class IdempotencyRow(Base):
    """An idempotency key with the digest of its request and the ids of the tasks that it created."""

    __tablename__ = "idempotency"
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    task_ids: Mapped[list[int]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecallRow(Base):
    """A recall of a run, until Prefect has ended it; `run_key` names a run that may not exist yet."""

    __tablename__ = "recalls"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    flow_run_id: Mapped[UUID | None] = mapped_column(unique=True)
    run_key: Mapped[str | None] = mapped_column(unique=True)
    remark: Mapped[str]
    remark_message: Mapped[dict[str, Any] | None]
    given_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
