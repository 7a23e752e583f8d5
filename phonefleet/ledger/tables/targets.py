"""The tables of pools of shared targets, of scraped users and their sources, and of the media library and its uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base
from phonefleet.ledger.tables.tasks import TaskRow


class ClaimRow(Base):
    """A target of a pool: free, claimed by a task, or ended; only the task `only_task_id`, if set, may claim it."""

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
        Index("ix_claims_only_task_id", "only_task_id", postgresql_where=text("only_task_id IS NOT NULL")),
        Index("ix_claims_task_id_position", "task_id", "position"),
        Index("ix_claims_pool_position_free", "pool", "position", postgresql_where=text("task_id IS NULL")),
    )


Index(
    "ix_tasks_request_id_shared",
    TaskRow.request_id,
    postgresql_where=text("script_name IN ('super_marketing', 'scrape_user')"),
)


class SourceRow(Base):
    """A list or search to scrape; `scope` names the request, `place` its position there, `task_id` the reading task."""

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
    """A user who was found; `position` is the place in the source, from 1."""

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


class MaterialRow(Base):
    """A file of the media library; `path` is relative to the library's folder, `size` in bytes."""

    __tablename__ = "materials"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(unique=True)
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    added_at: Mapped[datetime]


class MaterialUseRow(Base):
    """A file that a task has chosen, by the SHA-256 of its content; `account` and `used_at` once it is published.

    It outlives its task, so it refers to none.
    """

    __tablename__ = "material_uses"
    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[str]
    sha256: Mapped[str]
    claimed_at: Mapped[datetime]
    app: Mapped[str | None]
    account: Mapped[str | None]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_material_uses_sha256_used_at", "sha256", "used_at"),)
