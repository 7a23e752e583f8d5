"""The tables of phones, addresses, accounts and their days, renames, verifications and announcements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, false, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class DeviceRow(Base):
    """A phone that a host has seen at least once. `serial` is its identity, whatever its adb address is.

    `serial_number` and `android_id` are "" until the phone has reported them; `note` is one sentence for a person.
    """

    __tablename__ = "devices"
    serial: Mapped[str] = mapped_column(primary_key=True)
    serial_number: Mapped[str] = mapped_column(index=True, server_default="")
    android_id: Mapped[str] = mapped_column(index=True, server_default="")
    note: Mapped[str | None]
    note_message: Mapped[dict[str, Any] | None]
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
    quarantine_message: Mapped[dict[str, Any] | None]
    quarantined_until: Mapped[datetime | None]
    quarantined_by: Mapped[str | None]
    quarantined_since: Mapped[datetime | None]


NOBODY = ""
"""The serial of an address whose phone is not identified."""


class AddressRow(Base):
    """An adb address of a phone on a host that has seen the phone there.

    `present` tells whether adb lists it now; at most one phone is present at an address of a host. `state` is adb's
    state, `advice` what a person can do about a phone that cannot work.
    """

    __tablename__ = "addresses"
    host: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    advice: Mapped[str | None]
    advice_message: Mapped[dict[str, Any] | None]
    present: Mapped[bool]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]

    __table_args__ = (Index("ix_addresses_serial", "serial"), Index("ix_addresses_address", "address"))


class AccountRow(Base):
    """An account of an app, bound to the phone that showed it last."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    app: Mapped[str]
    username: Mapped[str]
    serial: Mapped[str] = mapped_column(index=True)
    enabled: Mapped[bool] = mapped_column(server_default=true())
    signed_in: Mapped[bool] = mapped_column(server_default=false())
    hold_reason: Mapped[str | None]
    hold_message: Mapped[dict[str, Any] | None]
    held_since: Mapped[datetime | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (Index("uq_accounts_app_lower_username", "app", func.lower(text("username")), unique=True),)


class AccountDayRow(Base):
    """What an account's own profile showed on a day: by what is counted the value, its step, and the text."""

    __tablename__ = "account_days"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    numbers: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]
    task_id: Mapped[int | None] = mapped_column(BigInteger)


class RenameRow(Base):
    """The change of an account's username by a task, which it outlives; `after` is the candidate that it got."""

    __tablename__ = "renames"
    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    app: Mapped[str]
    serial: Mapped[str]
    before: Mapped[str]
    candidates: Mapped[list[str]]
    after: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_renames_serial_open", "serial", "app", postgresql_where=text("ended_at IS NULL")),
        Index("ix_renames_app_lower_before", "app", func.lower(text("before"))),
    )


class VerificationRow(Base):
    """A selector that found something on a phone with a version of the app; `fingerprint` is that of its rules then."""

    __tablename__ = "verifications"
    serial: Mapped[str] = mapped_column(primary_key=True)
    app: Mapped[str] = mapped_column(primary_key=True)
    app_version: Mapped[str] = mapped_column(primary_key=True)
    selector: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    verified_at: Mapped[datetime]


class AnnouncementRow(Base):
    """The last announced hold of an account, or quarantine of a phone; `subject` is the id or the serial."""

    __tablename__ = "announcements"
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class TakeoverRow(Base):
    """A phone that a person took over, or asked for; `lease` is the secret that inputs have to name.

    `holder` is what the person is called, `actor` who called as the audit trail writes it. `until` is moved on by each
    input; `ended_by` is "idleness" where nobody ended it.
    """

    __tablename__ = "takeovers"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    serial: Mapped[str]
    lease: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    actor: Mapped[str]
    idle_seconds: Mapped[int]
    asked_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    until: Mapped[datetime]
    inputs: Mapped[int] = mapped_column(server_default=text("0"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        Index("ix_takeovers_serial", "serial", "id"),
        Index("ix_takeovers_serial_open", "serial", postgresql_where=text("ended_at IS NULL")),
    )


class WatchedRow(Base):
    """A phone whose screen somebody looks at; the worker keeps its automation server running `until` then."""

    __tablename__ = "watched"
    serial: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
