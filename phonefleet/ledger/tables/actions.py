"""The tables of actions, sightings, actions on phones, limits, and the do-not-contact list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class ActionRow(Base):
    """An action of an account: at most one of a kind for a target in a task, so that a retry finds it.

    It outlives its task, so it refers to none: whom an account has acted on is never forgotten.
    `charged_at` is when it was charged to the account's budget; None once that was taken back.
    """

    __tablename__ = "actions"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    task_id: Mapped[int] = mapped_column(BigInteger)
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
    detail_message: Mapped[dict[str, Any] | None]

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


class SightingRow(Base):
    """What the screen showed before the first touch of an action."""

    __tablename__ = "sightings"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    seen_at: Mapped[datetime]


class DeviceActionRow(Base):
    """What is done to a phone as such by a task; `before` and `after` are what the phone said first and last."""

    __tablename__ = "device_actions"
    task_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tasks.id", name="fk_device_actions_task_id"), primary_key=True, autoincrement=False
    )
    serial: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    before: Mapped[str]
    after: Mapped[str | None]
    intended_at: Mapped[datetime]
    acting_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_device_actions_serial_kind_ended_at", "serial", "kind", "ended_at"),)


class LimitsRow(Base):
    """One version of the rules of limits; the last one holds."""

    __tablename__ = "limits"
    version: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    rules: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]


class DoNotContactRow(Base):
    """A person whom no account of `app` may contact; an empty `app` means any app."""

    __tablename__ = "do_not_contact"
    folded_name: Mapped[str] = mapped_column(primary_key=True)
    app: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime]
