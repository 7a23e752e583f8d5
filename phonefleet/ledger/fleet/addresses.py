"""Stores the adb addresses of phones, as hosts report them. `recognition` decides which phone is at an address."""

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
from phonefleet.ledger.tasks.holding import holder_of
from phonefleet.words import pack, unpack

READY = "device"
"""adb's word for a phone that is connected and authorized."""
UNREAD = "unread"
"""Our word for a connected phone that has not identified itself yet."""
ABSENT = "absent"
"""Our word for an address that adb does not list any more."""
_BEST_FIRST = (READY, "unauthorized", "no_permissions", "ambiguous", "recovery", UNREAD, "offline")
"""States from best to worst: a phone with several addresses has the best of their states."""


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """A host's report about an adb address: adb's state (or `ABSENT`), and what the phone says of itself.

    Fields that the phone was not asked for, or did not answer, are None. `battery` is in percent.
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
    """A phone and its ready addresses on one host, the best first; none while the phone is at work at another host.

    `names` are the adb names that only this phone has or had, on any host. `elsewhere` is the host where the phone is
    at work although it is ready here, too.
    """

    serial: str
    hardware: Hardware
    addresses: tuple[str, ...]
    names: frozenset[str] = frozenset()
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """An address at which adb shows something that is no known phone yet; `advice` is what a person can do about it."""

    address: str
    host: str
    state: str
    advice: str | None


def at_address(session: Session, host: str, address: str) -> AddressRow | None:
    """Return the row of the phone that is at an address now, else of the one that was there last."""
    here = (AddressRow.host == host, AddressRow.address == address, AddressRow.serial != NOBODY)
    newest = (AddressRow.present.desc(), AddressRow.last_seen.desc())
    return session.scalars(select(AddressRow).where(*here).order_by(*newest).limit(1)).first()


def whereabouts(session: Session, serial: str, host: str, at: datetime) -> Whereabouts | None:
    """Return a phone's ready addresses on a host; None when the phone does not exist."""
    phone = session.get(DeviceRow, serial, populate_existing=True)
    if phone is None:
        return None
    rows = session.scalars(select(AddressRow).where(AddressRow.serial == serial).order_by(*_by_preference())).all()
    ready = tuple(row.address for row in rows if row.host == host and _is_ready(row))
    elsewhere = _elsewhere(session, phone, host, at) if ready else None
    hardware = Hardware(phone.serial_number, phone.android_id)
    names = frozenset(row.address for row in rows) - _of_others(session, serial)
    return Whereabouts(serial, hardware, () if elsewhere else ready, names, elsewhere)


def _is_ready(row: AddressRow) -> bool:
    return row.present and row.state == READY


def _elsewhere(session: Session, phone: DeviceRow, host: str, at: datetime) -> str | None:
    """Return the other host where a phone is at work that is ready on this one."""
    return phone.host if phone.host != host else holder_of(session, phone.serial, host, at)


def _of_others(session: Session, serial: str) -> set[str]:
    """Return those adb names of a phone that are, or were, another phone's address or serial too."""
    mine = select(AddressRow.address).where(AddressRow.serial == serial)
    theirs = select(AddressRow.address).where(AddressRow.address.in_(mine), AddressRow.serial.not_in([serial, NOBODY]))
    named = select(DeviceRow.serial).where(DeviceRow.serial.in_(mine), DeviceRow.serial != serial)
    return set(session.scalars(theirs.union(named)))


def state_of(session: Session, serial: str, before: str) -> tuple[str, str | None]:
    """Return a phone's state, and its host; `ABSENT` and None where no host has it.

    `before` is the host where it is at work until now, and stays as long as it is ready there. Only a cable to another
    host takes it away from there, because then it is on no cable of that one.
    """
    here = (AddressRow.serial == serial, AddressRow.present)
    rows = session.scalars(select(AddressRow).where(*here).order_by(*_by_preference())).all()
    best = min(rows, key=lambda row: _rank(row.state), default=None)
    if best is None:
        return ABSENT, None
    ready = [row for row in rows if row.state == READY]
    theirs = [row for row in ready if row.host == before]
    if not theirs or all(row.kind == "usb" for row in theirs):
        cables = [row for row in ready if row.kind == "usb"]
        theirs = [max(cables, key=lambda row: row.last_seen)] if cables else theirs
    return (READY, theirs[0].host) if theirs else (best.state, best.host)


def present_addresses() -> ScalarSelect[list[str] | None]:
    """Return the subquery of a phone's present addresses, for a query of `DeviceRow`.

    Those on the phone's own host come first, and of each host the best.
    """
    here = (AddressRow.serial == DeviceRow.serial, AddressRow.present)
    elsewhere = case((AddressRow.host == DeviceRow.host, 0), else_=1)
    listed: Any = func.array_agg(aggregate_order_by(AddressRow.address, elsewhere, *_by_preference()))
    return select(listed).where(*here).correlate(DeviceRow).scalar_subquery()


def other_hosts() -> ScalarSelect[list[str] | None]:
    """Return the subquery of the hosts that have a phone ready beside the one where it works, by name."""
    ready = (AddressRow.serial == DeviceRow.serial, AddressRow.present, AddressRow.state == READY)
    listed: Any = func.array_agg(AddressRow.host.distinct())
    return select(listed).where(*ready, AddressRow.host != DeviceRow.host).correlate(DeviceRow).scalar_subquery()


def first_advice() -> ScalarSelect[Any]:
    """Return the subquery of the advice for a phone that has no ready address, for a query of `DeviceRow`.

    It is a list of the text and what stands beside it.
    """
    here = (AddressRow.serial == DeviceRow.serial, AddressRow.present, AddressRow.state != READY)
    return (
        select(func.jsonb_build_array(AddressRow.advice, AddressRow.advice_message))
        .where(*here, AddressRow.state == DeviceRow.state)
        .order_by(*_by_preference())
        .limit(1)
        .correlate(DeviceRow)
        .scalar_subquery()
    )


def strangers(session: Session) -> list[Stranger]:
    """Return the present addresses of no known phone, by host and address."""
    query = select(AddressRow).where(AddressRow.serial == NOBODY, AddressRow.present)
    rows = session.scalars(query.order_by(AddressRow.host, AddressRow.address))
    return [Stranger(row.address, row.host, row.state, unpack(row.advice, row.advice_message)) for row in rows]


def record_present(session: Session, seen: AddressSeen, serial: str, state: str, at: datetime) -> None:
    """Record that a phone is at an address now, in a state; another one that was there becomes absent."""
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
    row.advice_message = pack(seen.advice)
    session.flush()


def mark_absent(session: Session, host: str, address: str | None = None) -> list[str]:
    """Record that an address of a host, or all of them, is not listed any more; return the serials that were there."""
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
    """Return the ORDER BY of addresses, the best first: ready before others, USB before network, then the oldest."""
    return (
        case((AddressRow.state == READY, 0), else_=1),
        case((AddressRow.kind == "usb", 0), else_=1),
        AddressRow.first_seen,
        AddressRow.address,
    )


def _rank(state: str) -> int:
    return _BEST_FIRST.index(state) if state in _BEST_FIRST else len(_BEST_FIRST)
