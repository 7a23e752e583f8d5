"""The table of shared targets, as typed rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.schema import Base, TaskRow
from phonefleet.scripts import super_marketing


class ClaimRow(Base):
    """A target of a pool: free, claimed by a task, or ended; `only_task_id` names the one task that may take it."""

    __tablename__ = "claims"
    pool: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str]
    posts: Mapped[list[str]]
    only_task_id: Mapped[int | None] = mapped_column(BigInteger)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", name="fk_claims_task_id"))
    account: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    steps: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_claims_task_id_position", "task_id", "position"),
        Index("ix_claims_pool_position_free", "pool", "position", postgresql_where=text("task_id IS NULL")),
    )


Index(
    "ix_tasks_request_id_shared",
    TaskRow.request_id,
    postgresql_where=text(f"script_name = '{super_marketing.SCRIPT.name}'"),
)
