"""Stores who has taken over which phone: a lease that ends by itself when nothing was entered for a while.

    takeover = ledger.takeovers.take("R58M123ABC", Taker("Ann", "token:1234abcd"), timedelta(minutes=2), now)
    ledger.takeovers.count_input("R58M123ABC", takeover.lease, now)

A takeover waits until the phone's worker has stopped what runs there (`hold`); only then are inputs allowed. What was
entered is not known here, only how often.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import DeviceUnknown, NotHeld, TakenOver
from phonefleet.ledger.fleet.hands_on.hints import hint
from phonefleet.ledger.tables.fleet import DeviceRow, TakeoverRow
from phonefleet.words import say

State = Literal["waiting", "held", "ended"]
IDLENESS = "idleness"
"""Who ended a takeover that ended by itself."""
_NOT_ENDED = TakeoverRow.ended_at.is_(None)
LONGEST_INPUT = timedelta(seconds=20)
"""No takeover ends by itself within this time after an input was begun, which may take so long on a slow phone."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a phone over: what the person is called, and the caller as the audit trail writes it."""

    name: str
    actor: str


@dataclass(frozen=True, slots=True)
class Takeover:
    """One takeover. It ends `idle` after the last input, at `until`; `held_at` is None while it waits."""

    serial: str
    lease: str
    holder: str
    idle: timedelta
    asked_at: datetime
    held_at: datetime | None
    until: datetime
    inputs: int
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def state(self) -> State:
        """Whether it waits for the phone, holds it, or has ended."""
        if self.ended_at is not None:
            return "ended"
        return "waiting" if self.held_at is None else "held"

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended by an instant, also by itself."""
        return self.ended_at is not None or self.until <= now


class Takeovers:
    """The takeovers of the ledger: at most one of a phone at a time."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def take(self, serial: str, taker: Taker, idle: timedelta, now: datetime) -> Takeover:
        """Take a phone over, or renew what the same person has.

        Raises:
            TakenOver: somebody else has it.
            DeviceUnknown: there is no such phone.

        """
        with self._sessions.begin() as session:
            _lock(session, serial)
            row = _open(session, serial, now)
            if row is not None and row.holder != taker.name:
                raise _taken(row)
            if row is None:
                row = TakeoverRow(serial=serial, lease=secrets.token_urlsafe(18), asked_at=now, inputs=0)
                row.holder, row.actor = taker.name, taker.actor
                session.add(row)
                hint(session)
            row.idle_seconds, row.until = round(idle.total_seconds()), now + idle
            session.flush()
            return as_takeover(row)

    def count_input(self, serial: str, lease: str, now: datetime) -> Takeover:
        """Count an input that is about to be made, and let the takeover last longer.

        Raises:
            NotHeld: the lease is not, not yet or no longer the one that holds the phone.

        """
        with self._sessions.begin() as session:
            row = _open(session, serial, now, lock=True)
            if row is None:
                message = say(
                    "fleet.nobody_taken_phone_over_take", "Nobody has taken the phone over: take it over first."
                )
                raise NotHeld(message)
            if not secrets.compare_digest(row.lease.encode(), lease.encode()):
                message = say(
                    "fleet.not_lease_holds_phone_taken",
                    "This is not the lease that holds the phone: it is taken over by {holder}.",
                    holder=row.holder,
                )
                raise NotHeld(message)
            if row.held_at is None:
                message = say(
                    "fleet.phone_still_work_wait_until", "The phone is still at work: wait until the takeover is held."
                )
                raise NotHeld(message)
            row.inputs, row.until = row.inputs + 1, now + max(timedelta(seconds=row.idle_seconds), LONGEST_INPUT)
            session.flush()
            return as_takeover(row)

    def hold(self, serial: str, now: datetime) -> Takeover | None:
        """Record that the phone does nothing else any more; None where nobody waits for that by now."""
        with self._sessions.begin() as session:
            row = _open(session, serial, now, lock=True)
            if row is None or row.held_at is not None:
                return None
            row.held_at, row.until = now, now + timedelta(seconds=row.idle_seconds)
            session.flush()
            return as_takeover(row)

    def end(self, serial: str, by: str, now: datetime, lease: str | None = None) -> Takeover | None:
        """End what holds a phone, or waits for it; None where nobody has it, or not with the lease that is named."""
        with self._sessions.begin() as session:
            row = _open(session, serial, now, lock=True)
            if row is None or lease not in {None, row.lease}:
                return None
            row.ended_at, row.ended_by = now, by
            session.flush()
            hint(session)
            return as_takeover(row)

    def current(self, serial: str, now: datetime) -> Takeover | None:
        """Return what holds a phone, or waits for it."""
        with self._sessions() as session:
            row = session.scalars(select(TakeoverRow).where(TakeoverRow.serial == serial, is_open(now))).first()
            return None if row is None else as_takeover(row)

    def history(self, serial: str, most: int = 20) -> list[Takeover]:
        """Return the last takeovers of a phone, the newest first."""
        here = select(TakeoverRow).where(TakeoverRow.serial == serial).order_by(TakeoverRow.id.desc()).limit(most)
        with self._sessions() as session:
            return [as_takeover(row) for row in session.scalars(here)]

    def of_host(self, host: str, now: datetime) -> list[Takeover]:
        """Return what holds the phones of a host, or waits for them; what is over by idleness ends."""
        here = select(TakeoverRow).join(DeviceRow, DeviceRow.serial == TakeoverRow.serial)
        with self._sessions() as session:
            found = [as_takeover(row) for row in session.scalars(here.where(DeviceRow.host == host, _NOT_ENDED))]
        if any(takeover.until <= now for takeover in found):  # seldom: each second is to cost no write
            with self._sessions.begin() as session:
                _end_idle(session, _NOT_ENDED & (TakeoverRow.until <= now))
        return [takeover for takeover in found if takeover.until > now]


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for takeovers that have not ended at an instant."""
    return TakeoverRow.ended_at.is_(None) & (TakeoverRow.until > now)


def as_takeover(row: TakeoverRow) -> Takeover:
    """Return the value of a row."""
    return Takeover(
        serial=row.serial,
        lease=row.lease,
        holder=row.holder,
        idle=timedelta(seconds=row.idle_seconds),
        asked_at=row.asked_at,
        held_at=row.held_at,
        until=row.until,
        inputs=row.inputs,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def _open(session: Session, serial: str, now: datetime, *, lock: bool = False) -> TakeoverRow | None:
    """Return the takeover of a phone that has not ended; one that is over by idleness ends."""
    _end_idle(session, (TakeoverRow.serial == serial) & TakeoverRow.ended_at.is_(None) & (TakeoverRow.until <= now))
    query = select(TakeoverRow).where(TakeoverRow.serial == serial, is_open(now)).order_by(TakeoverRow.id)
    return session.scalars(query.with_for_update() if lock else query).first()


def _end_idle(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(TakeoverRow).where(which).values(ended_at=TakeoverRow.until, ended_by=IDLENESS))


def _lock(session: Session, serial: str) -> None:
    """Let no other session take the same phone at the same time."""
    if session.get(DeviceRow, serial, with_for_update=True) is None:
        message = say(
            "fleet.no_host_ever_seen_phone", "No host has ever seen a phone with the serial {serial!r}.", serial=serial
        )
        raise DeviceUnknown(message)


def _taken(row: TakeoverRow) -> TakenOver:
    return TakenOver(say("fleet.taken_over", "It is taken over by {holder}.", holder=row.holder), row.holder, row.until)
