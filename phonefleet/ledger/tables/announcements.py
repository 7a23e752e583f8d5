"""The table of holds and quarantines that were announced."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class AnnouncementRow(Base):
    """The last hold of an account, or quarantine of a phone, that was announced; `subject` is the id or the serial."""

    __tablename__ = "announcements"
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
