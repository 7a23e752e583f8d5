"""Stores what the profiles of accounts showed, day by day: followers and other numbers, with their precision.

    ledger.account_days.keep("shop_001", "sample", AccountDay(date(2026, 5, 4), {"followers": number}, now, 17))
    ledger.account_days.of(account.id, since=date(2026, 5, 1))

An account has one entry for each calendar day, the last reading of it. It goes when the account is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.account_list import as_account
from phonefleet.ledger.fleet.device_list import CONNECTED, is_quarantined
from phonefleet.ledger.fleet.hands_on.takeovers import is_open
from phonefleet.ledger.tables.fleet import AccountDayRow, AccountRow, DeviceRow, TakeoverRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.values import Account
from phonefleet.shown_number import ShownNumber


@dataclass(frozen=True, slots=True)
class AccountDay:
    """What a profile showed on a day: numbers by what they count, and which task read them when.

    `task_id` is None once nobody knows the task any more.
    """

    day: date
    numbers: Mapping[str, ShownNumber]
    read_at: datetime
    task_id: int | None


class AccountDays:
    """The days of accounts in the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, username: str, app: str, day: AccountDay) -> None:
        """Store an account's day, in place of what was read earlier on the same day; not of an unknown account."""
        mine = (AccountRow.app == app, func.lower(AccountRow.username) == func.lower(username))
        values = {
            "numbers": {name: asdict(number) for name, number in day.numbers.items()},
            "read_at": day.read_at,
            "task_id": day.task_id,
        }
        with self._sessions.begin() as session:
            account_id = session.scalar(select(AccountRow.id).where(*mine))
            if account_id is not None:
                new = insert(AccountDayRow).values(account_id=account_id, day=day.day, **values)
                session.execute(new.on_conflict_do_update(index_elements=["account_id", "day"], set_=values))

    def of(self, account_id: int, since: date, until: date, at_most: int) -> Sequence[AccountDay]:
        """Return an account's days from `since` to `until`, both included: the latest ones, the earliest first."""
        days = AccountDayRow.day.between(since, until), AccountDayRow.account_id == account_id
        rows = select(AccountDayRow).where(*days).order_by(AccountDayRow.day.desc()).limit(at_most)
        with self._sessions() as session:
            return [_day(row) for row in reversed(session.scalars(rows).all())]

    def due(self, day: date, script: str, since: datetime, now: datetime) -> Sequence[Account]:
        """Return the accounts to be read now, by id.

        They may act, are signed in on a phone that is connected, free and in nobody's hands, have no entry for the day,
        and no task of the script has been made for them `since` an instant, whatever became of it unless it is deleted.
        """
        with self._sessions() as session:
            return [as_account(row) for row in session.scalars(_due(day, script, since, now))]


def _due(day: date, script: str, since: datetime, now: datetime) -> Select[tuple[AccountRow]]:
    read = select(_ONE).where(AccountDayRow.account_id == AccountRow.id, AccountDayRow.day == day)
    tried = select(_ONE).where(
        TaskRow.deleted_at.is_(None),
        TaskRow.script_name == script,
        TaskRow.created_at >= since,
        TaskRow.app == AccountRow.app,
        func.lower(TaskRow.username) == func.lower(AccountRow.username),
    )
    working = select(_ONE).where(
        TaskRow.serial == AccountRow.serial, TaskRow.deleted_at.is_(None), TaskRow.status < _ENDED
    )
    taken = select(_ONE).where(TakeoverRow.serial == AccountRow.serial, is_open(now))
    may_act = (AccountRow.enabled, AccountRow.held_since.is_(None), AccountRow.signed_in)
    can_work = (DeviceRow.enabled, DeviceRow.state.in_(CONNECTED), ~is_quarantined(now))
    busy = (read.exists(), tried.exists(), working.exists(), taken.exists())
    joined = select(AccountRow).join(DeviceRow, DeviceRow.serial == AccountRow.serial)
    return joined.where(*may_act, *can_work, *(~each for each in busy)).order_by(AccountRow.id)


_ONE = literal(1)
_ENDED = 2
"""The first status of a task that has ended."""


def _day(row: AccountDayRow) -> AccountDay:
    numbers = cast("Mapping[str, Mapping[str, Any]]", row.numbers)
    found = {name: ShownNumber(**number) for name, number in numbers.items()}
    return AccountDay(row.day, found, row.read_at, row.task_id)
