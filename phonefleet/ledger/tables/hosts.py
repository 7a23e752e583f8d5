"""The table of joined hosts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class HostRow(Base):
    """A host that has, or had, a token, of which only the digest is kept; see `phonefleet.joined_hosts.Host`.

    The row of a removed host stays, so that its worker can be told what has happened.
    """

    __tablename__ = "hosts"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    added_at: Mapped[datetime]
    version: Mapped[str | None]
    installation: Mapped[str | None]
    joined_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]
    losses: Mapped[int] = mapped_column(server_default=text("0"))
    removed_at: Mapped[datetime | None]
    clock_ahead: Mapped[float | None]
    complaint: Mapped[str | None]
    complaint_message: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index(
            "uq_hosts_lower_name", func.lower(text("name")), unique=True, postgresql_where=text("removed_at IS NULL")
        ),
    )
