"""The tables, as typed rows. Values leave the ledger as frozen dataclasses, never as these."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """How Python types are kept: whole instants, unbounded text, JSON that can be searched."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text(),
        float: Double(),
        UUID: Uuid(),
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: ARRAY(Text()),
        list[int]: ARRAY(BigInteger()),
    }


_LIVE = text("deleted_at IS NULL")
_FILTERED = ["status", "serial", "script_name", "source", "username", "campaign_id"]
_UNFINISHED = text("deleted_at IS NULL AND status < 2")


class TaskRow(Base):
    """A task. `state_at` is the timestamp of the last projected state; a deleted task stays, for its actions.

    Until `held_until` a lane has its run in hand, and nobody but that lane knows its end.
    """

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    script_name: Mapped[str]
    script_config: Mapped[dict[str, Any]]
    serial: Mapped[str]
    username: Mapped[str | None]
    app: Mapped[str | None]
    source: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    state_type: Mapped[str | None]
    state_name: Mapped[str | None]
    state_at: Mapped[datetime | None]
    remark: Mapped[str | None]
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

    __table_args__ = (
        UniqueConstraint("flow_run_id"),
        Index("ix_tasks_status_id", "status", "id", postgresql_where=_LIVE),
        Index("ix_tasks_serial_id", "serial", "id", postgresql_where=_LIVE),
        Index("ix_tasks_script_name_id", "script_name", "id", postgresql_where=_LIVE),
        Index("ix_tasks_username_id", "username", "id", postgresql_where=_LIVE),
        Index("ix_tasks_campaign_id_id", "campaign_id", "id", postgresql_where=_LIVE),
        Index("ix_tasks_created_at_id", "created_at", "id", postgresql_where=_LIVE, postgresql_include=_FILTERED),
        Index("ix_tasks_id_live", "id", postgresql_where=_LIVE, postgresql_include=["created_at", *_FILTERED]),
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
"""How many live tasks there are of each kind: the sum of what every statement has added or taken, kept by triggers."""

BLOCKS = Table(
    "task_blocks",
    Base.metadata,
    Column("block", BigInteger(), nullable=False),
    Column("number", BigInteger(), nullable=False),
    Column("oldest", DateTime(timezone=True), nullable=False),
    Column("newest", DateTime(timezone=True), nullable=False),
    Column("status", SmallInteger(), nullable=False),
)
"""How many live tasks of each status there are of every 1,024 ids, kept as `COUNTS` is.

All were created from `oldest` to `newest`.
"""


class DeviceRow(Base):
    """A phone that some host has seen at least once. `serial` is its identity, whatever adb calls it at the moment.

    `serial_number` and `android_id` are "" until the phone has said what it is; `note` is one sentence for a person.
    """

    __tablename__ = "devices"
    serial: Mapped[str] = mapped_column(primary_key=True)
    serial_number: Mapped[str] = mapped_column(index=True, server_default="")
    android_id: Mapped[str] = mapped_column(index=True, server_default="")
    note: Mapped[str | None]
    alias: Mapped[str | None] = mapped_column(unique=True)
    model: Mapped[str | None]
    android_version: Mapped[str | None]
    host: Mapped[str]
    state: Mapped[str]
    battery: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(server_default=true())
    group_name: Mapped[str | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    quarantine_reason: Mapped[str | None]
    quarantined_until: Mapped[datetime | None]
    quarantined_by: Mapped[str | None]
    quarantined_since: Mapped[datetime | None]


class AccountRow(Base):
    """An account of an app. It is bound to one phone: the one that showed it last."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    app: Mapped[str]
    username: Mapped[str]
    serial: Mapped[str] = mapped_column(index=True)
    enabled: Mapped[bool] = mapped_column(server_default=true())
    signed_in: Mapped[bool] = mapped_column(server_default=false())
    hold_reason: Mapped[str | None]
    held_since: Mapped[datetime | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (Index("uq_accounts_app_lower_username", "app", func.lower(text("username")), unique=True),)


class ActionRow(Base):
    """An action on an account: at most one of a kind for a target in a task, so that a retry finds it.

    `charged_at` is when it took its place in the account's budget; None once that was given back.
    """

    __tablename__ = "actions"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    kind: Mapped[str]
    app: Mapped[str]
    account: Mapped[str | None]
    target: Mapped[str]
    state: Mapped[str]
    intended_at: Mapped[datetime]
    acting_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    charged_at: Mapped[datetime | None]
    detail: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("task_id", "kind", "target"),
        Index(
            "ix_actions_app_lower_account_charged_at",
            "app",
            func.lower(text("account")),
            "charged_at",
            postgresql_where=text("charged_at IS NOT NULL"),
        ),
    )


class LimitsRow(Base):
    """One version of the rules that limit what accounts do; the last one holds."""

    __tablename__ = "limits"
    version: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    rules: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]


class DoNotContactRow(Base):
    """A person whom no account of an app may contact, or of any app where `app` is empty."""

    __tablename__ = "do_not_contact"
    folded_name: Mapped[str] = mapped_column(primary_key=True)
    app: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime]


class OutboxEntry(Base):
    """A task that Prefect does not know yet, and when to try next to tell it."""

    __tablename__ = "outbox"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    serial: Mapped[str]
    scheduled_for: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (Index("ix_outbox_serial_scheduled_for_task_id", "serial", "scheduled_for", "task_id"),)


class IdempotencyRow(Base):
    """What a request with an idempotency key asked for and which tasks it made."""

    __tablename__ = "idempotency"
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    task_ids: Mapped[list[int]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditRow(Base):
    """A call that may change something; `code` is None until it is answered, for ever when the process died."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    address: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    request_id: Mapped[str]
    code: Mapped[int | None]
    tasks: Mapped[int | None]


class LedgerRow(Base):
    """The one row that names this ledger, drawn at random when its tables were laid."""

    __tablename__ = "ledger"
    id: Mapped[str] = mapped_column(primary_key=True)


class RecallRow(Base):
    """A run that must not go on, until Prefect has ended it; `run_key` names one that may not exist yet."""

    __tablename__ = "recalls"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    flow_run_id: Mapped[UUID | None] = mapped_column(unique=True)
    run_key: Mapped[str | None] = mapped_column(unique=True)
    remark: Mapped[str]
    given_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class VerificationRow(Base):
    """A selector that found something on a phone with a version of the app; `fingerprint` names its rules of then."""

    __tablename__ = "verifications"
    serial: Mapped[str] = mapped_column(primary_key=True)
    app: Mapped[str] = mapped_column(primary_key=True)
    app_version: Mapped[str] = mapped_column(primary_key=True)
    selector: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    verified_at: Mapped[datetime]
