"""The tables of what was collected: which lists are read by which task, and who was found in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class SourceRow(Base):
    """A list or search of a request; `scope` names the request, `place` is its turn, `task_id` who reads it."""

    __tablename__ = "scrape_sources"
    scope: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    seen: Mapped[int] = mapped_column(server_default="0")


class ScrapedRow(Base):
    """Somebody who was found; `position` is the place in the list, from 1."""

    __tablename__ = "scraped_users"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    scope: Mapped[str]
    username: Mapped[str]
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    source: Mapped[str]
    position: Mapped[int]
    seen_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_scraped_users_scope_lower_username", "scope", func.lower(text("username")), unique=True),
        Index("ix_scraped_users_task_id_id", "task_id", "id"),
    )
