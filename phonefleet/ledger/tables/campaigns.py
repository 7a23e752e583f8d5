"""The tables of campaigns and their firings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base


class CampaignRow(Base):
    """A campaign. `synced_version` is the version that Prefect was told last, `seen` what its deployment was then."""

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]
    paused: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(server_default="1")
    synced_version: Mapped[int] = mapped_column(server_default="0")
    deployment_id: Mapped[UUID | None]
    seen: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    note_message: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_campaigns_name_live", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
    )


class FiringRow(Base):
    """The firing of a campaign's due time; the unique constraint allows only one."""

    __tablename__ = "campaign_firings"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime]
    flow_run_id: Mapped[UUID | None]
    outcome: Mapped[str]
    remark: Mapped[str]
    remark_message: Mapped[dict[str, Any] | None]
    tasks: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (UniqueConstraint("campaign_id", "due_at"),)
