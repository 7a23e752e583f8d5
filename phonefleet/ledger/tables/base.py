"""The base class of all tables, and the tables of no other concept: the ledger's name, the audit trail, sent reports.

Rows stay inside the ledger; callers get frozen dataclasses.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Double, Identity, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of tables: maps Python types to instants with a time zone, unbounded text, and JSONB."""

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


def table_of(row: type[Base]) -> Table:
    """Return the table of a class of rows, for statements that every run makes.

    A statement of tables that is made once, with parameters, costs a third of one of classes that is made anew for each
    call: nothing of it is compiled or looked up again, and no objects are made of what it finds.
    """
    return cast("Table", row.__table__)


class LedgerRow(Base):
    """The one row with this ledger's name, drawn at random by the migration 0004."""

    __tablename__ = "ledger"
    id: Mapped[str] = mapped_column(primary_key=True)


class AuditRow(Base):
    """A call that may change something; `code` is None until it is answered, and stays None if the process died."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    person: Mapped[str | None]
    address: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    request_id: Mapped[str]
    code: Mapped[int | None]
    tasks: Mapped[int | None]


class ReportRow(Base):
    """A day on which the daily report was due, and when it was sent."""

    __tablename__ = "reports"
    day: Mapped[date] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
