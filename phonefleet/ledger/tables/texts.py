"""The tables of chosen texts, encrypted secrets, and the progress of warm-ups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class TextRow(Base):
    """The text that was chosen for an action of a task, stored before it is typed."""

    __tablename__ = "texts"
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", name="fk_texts_task_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    note: Mapped[str | None]


class SecretRow(Base):
    """A secret, encrypted with a key that is not in the database."""

    __tablename__ = "secrets"
    reference: Mapped[str] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class WarmUpRow(Base):
    """The progress of a warm-up: `spent` in seconds, posts watched, live posts and advertisements skipped."""

    __tablename__ = "warm_ups"
    task_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    spent: Mapped[float] = mapped_column(server_default="0")
    watched: Mapped[int] = mapped_column(server_default="0")
    live: Mapped[int] = mapped_column(server_default="0")
    ads: Mapped[int] = mapped_column(server_default="0")
