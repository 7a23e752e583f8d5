"""The tables of persons and of their sessions in browsers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class PersonRow(Base):
    """Somebody with a token, of which only the digest is kept."""

    __tablename__ = "persons"
    folded_name: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    token_made_at: Mapped[datetime]


class SessionRow(Base):
    """A login of a browser: it stands for the token that it was begun with, and ends with it."""

    __tablename__ = "sessions"
    digest: Mapped[str] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime]
