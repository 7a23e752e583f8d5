"""The table of warm-ups: how far each has got."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class WarmUpRow(Base):
    """What one warm-up has done: `spent` in seconds, posts watched, live posts and advertisements passed over."""

    __tablename__ = "warm_ups"
    task_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    spent: Mapped[float] = mapped_column(server_default="0")
    watched: Mapped[int] = mapped_column(server_default="0")
    live: Mapped[int] = mapped_column(server_default="0")
    ads: Mapped[int] = mapped_column(server_default="0")
