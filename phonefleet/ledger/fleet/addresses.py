"""What hosts see at the addresses that adb shows, and where phones are: values in and out, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from phonefleet.adb_names import kind_of
from phonefleet.hardware import Hardware
from phonefleet.ledger.tables.fleet import NOBODY, AddressRow, DeviceRow

READY = "device"
"""adb's word for a phone that is connected and authorized."""
UNREAD = "unread"
"""Our word for one that is, and has not said yet which phone it is."""
ABSENT = "absent"
_BEST_FIRST = (READY, "unauthorized", "no_permissions", "ambiguous", "recovery", UNREAD, "offline")
"""Which state of several addresses is the phone's: the first of these."""


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """What a host sees at an address: adb's word for it, and what the phone there says of itself, if it could be asked.

    `absent` is what is not listed any more. What is None was not told.
    """

    address: str
    state: str
    host: str
    hardware: Hardware | None = None
    advice: str | None = None
    model: str | None = None
    android_version: str | None = None
    battery: int | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A phone and the addresses under which it can be worked from one host, the best first.

    `names` are the adb names that it has or had anywhere, and no other phone ever.
    """

    serial: str
    hardware: Hardware
    addresses: tuple[str, ...]
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stranger:
    """An address at which adb shows something that is no known phone yet, with its state and what to do about it."""

    address: str
    host: str
    state: str
    advice: str | None


def at_address(session: Session, host: str, address: str) -> AddressRow | None:
    """Return the phone that is at an address, or was there last."""
    here = (AddressRow.host == host, AddressRow.address == address, AddressRow.serial != NOBODY)
    newest = (AddressRow.present.desc(), AddressRow.last_seen.desc())
    return session.scalars(select(AddressRow).where(*here).order_by(*newest).limit(1)).first()


def whereabouts(session: Session, serial: str, host: str) -> Whereabouts | None:
    """Return where a phone can be worked from a host; None when there is no such phone."""
    phone = session.get(DeviceRow, serial, populate_existing=True)
    if phone is None:
        return None
    rows = session.scalars(select(AddressRow).where(AddressRow.serial == serial).order_by(*_by_preference())).all()
    ready = tuple(row.address for row in rows if row.host == host and row.present and row.state == READY)
    hardware = Hardware(phone.serial_number, phone.android_id)
    return Whereabouts(serial, hardware, ready, frozenset(row.address for row in rows) - _of_others(session, serial))


def _of_others(session: Session, serial: str) -> set[str]:
    """Return the adb names of a phone that other phones have or had too, or that are names of theirs."""
    mine = select(AddressRow.address).where(AddressRow.serial == serial)
    theirs = select(AddressRow.address).where(AddressRow.address.in_(mine), AddressRow.serial.not_in([serial, NOBODY]))
    named = select(DeviceRow.serial).where(DeviceRow.serial.in_(mine), DeviceRow.serial != serial)
    return set(session.scalars(theirs.union(named)))


def state_of(session: Session, serial: str) -> tuple[str, str | None]:
    """Return a phone's state by all of its present addresses, and the host of the one that it comes from."""
    here = (AddressRow.serial == serial, AddressRow.present)
    rows = session.scalars(select(AddressRow).where(*here).order_by(*_by_preference())).all()
    best = min(rows, key=lambda row: _rank(row.state), default=None)
    return (ABSENT, None) if best is None else (best.state, best.host)


def present_addresses() -> ScalarSelect[list[str] | None]:
    """Return the subquery of the addresses at which a phone is, the best first, for a query of `DeviceRow`."""
    here = (AddressRow.serial == DeviceRow.serial, AddressRow.present)
    listed: Any = func.array_agg(aggregate_order_by(AddressRow.address, *_by_preference()))
    return select(listed).where(*here).correlate(DeviceRow).scalar_subquery()


def first_advice() -> ScalarSelect[str | None]:
    """Return the subquery of what to do about a phone that cannot be worked at any of its addresses."""
    here = (AddressRow.serial == DeviceRow.serial, AddressRow.present, AddressRow.state != READY)
    return (
        select(AddressRow.advice)
        .where(*here, AddressRow.state == DeviceRow.state)
        .order_by(*_by_preference())
        .limit(1)
        .correlate(DeviceRow)
        .scalar_subquery()
    )


def strangers(session: Session) -> list[Stranger]:
    """Return the addresses at which something is that is no known phone, by host and address."""
    query = select(AddressRow).where(AddressRow.serial == NOBODY, AddressRow.present)
    rows = session.scalars(query.order_by(AddressRow.host, AddressRow.address))
    return [Stranger(row.address, row.host, row.state, row.advice) for row in rows]


def record_present(session: Session, seen: AddressSeen, serial: str, state: str, at: datetime) -> None:
    """Write down that a phone is at an address now, in a state; whoever was there before is not any more."""
    others = (AddressRow.host == seen.host, AddressRow.address == seen.address, AddressRow.serial != serial)
    for other in session.scalars(select(AddressRow).where(*others)):
        if other.serial == NOBODY:
            session.delete(other)
        else:
            other.present, other.state, other.advice = False, ABSENT, None
    row = session.get(AddressRow, (seen.host, seen.address, serial))
    if row is None:
        row = AddressRow(host=seen.host, address=seen.address, serial=serial, first_seen=at)
        row.kind = kind_of(seen.address)
        session.add(row)
    row.state, row.advice, row.present, row.last_seen = state, seen.advice, True, at
    session.flush()


def mark_absent(session: Session, host: str, address: str | None = None) -> list[str]:
    """Write down that nothing is at an address of a host any more, or at all of them; return the phones concerned."""
    here = [AddressRow.host == host, AddressRow.present, *([] if address is None else [AddressRow.address == address])]
    gone: list[str] = []
    for row in session.scalars(select(AddressRow).where(*here)):
        if row.serial == NOBODY:
            session.delete(row)
        else:
            row.present, row.state, row.advice = False, ABSENT, None
            gone.append(row.serial)
    session.flush()
    return list(dict.fromkeys(gone))


def _by_preference() -> tuple[Any, ...]:
    """Return what to order addresses by: ready ones, then those on USB, then those that have been known longest."""
    return (
        case((AddressRow.state == READY, 0), else_=1),
        case((AddressRow.kind == "usb", 0), else_=1),
        AddressRow.first_seen,
        AddressRow.address,
    )


def _rank(state: str) -> int:
    return _BEST_FIRST.index(state) if state in _BEST_FIRST else len(_BEST_FIRST)
