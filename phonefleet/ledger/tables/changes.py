"""The tables of what was seen before a change, and of usernames that change, as typed rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class SightingRow(Base):
    """What the screen showed before an action of a task was touched first."""

    __tablename__ = "sightings"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    seen_at: Mapped[datetime]


class RenameRow(Base):
    """A task that gives an account another username: one of the candidates. `after` is the one that it got."""

    __tablename__ = "renames"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
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
