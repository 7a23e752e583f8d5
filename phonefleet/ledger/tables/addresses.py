"""The table of the names by which adb has or had phones, as typed rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from phonefleet.ledger.tables.base import Base

NOBODY = ""
"""Stands for the phone of an address while nobody knows which one is there."""


class AddressRow(Base):
    """An address of a phone, once for each host that has seen the phone there.

    `present` says whether adb lists it there now; at most one phone is present at an address of a host. `state` is
    adb's word for it; `advice` what a person can do where the phone cannot work.
    """

    __tablename__ = "addresses"
    host: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    advice: Mapped[str | None]
    present: Mapped[bool]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]

    __table_args__ = (Index("ix_addresses_serial", "serial"), Index("ix_addresses_address", "address"))
