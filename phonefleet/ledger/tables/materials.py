"""The table of the media library, as typed rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class MaterialRow(Base):
    """A file of the library; its path is relative to the library's folder."""

    __tablename__ = "materials"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(unique=True)
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    added_at: Mapped[datetime]
