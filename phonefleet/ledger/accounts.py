"""Accounts: which app they belong to, on which phone they are signed in, and whether they may work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.schema import AccountRow
from phonefleet.ledger.values import Account, Page


class Accounts:
    """The accounts of the ledger. A name is unique within an app."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def sync(self, serial: str, app: str, usernames: Sequence[str]) -> None:
        """Record which accounts an app shows on a phone: they are bound to it, others are no longer signed in there."""
        here = (AccountRow.serial == serial, AccountRow.app == app, AccountRow.username.not_in(usernames))
        rows = [
            {"serial": serial, "app": app, "username": name, "signed_in": True} for name in dict.fromkeys(usernames)
        ]
        with self._sessions.begin() as session:
            session.execute(update(AccountRow).where(*here).values(signed_in=False))
            if rows:
                new = insert(AccountRow).values(rows)
                changes = {"serial": serial, "signed_in": True}
                session.execute(new.on_conflict_do_update(index_elements=["app", "username"], set_=changes))

    def matching(self, usernames: Sequence[str], app: str | None = None) -> list[Account]:
        """Return the accounts with these names, held and disabled ones too."""
        conditions = [AccountRow.username.in_(usernames)]
        return self._some(*conditions, *([] if app is None else [AccountRow.app == app]))

    def on_device(self, serial: str) -> list[Account]:
        """Return the accounts that are bound to a phone."""
        return self._some(AccountRow.serial == serial)

    def on_devices(self, serials: Sequence[str], app: str) -> list[Account]:
        """Return the accounts of an app that are bound to any of these phones."""
        return self._some(AccountRow.serial.in_(serials), AccountRow.app == app)

    def get(self, username: str, app: str) -> Account | None:
        """Return the account with this name, or None when there is none."""
        found = self._some(AccountRow.username == username, AccountRow.app == app)
        return found[0] if found else None

    def page(self, number: int = 1, size: int = 20) -> Page[Account]:
        """Return one page of all accounts, by id."""
        rows = select(AccountRow).order_by(AccountRow.id).offset((number - 1) * size).limit(size)
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(AccountRow))
            return Page([_account(row) for row in session.scalars(rows)], total or 0)

    def hold(self, username: str, app: str, reason: str, at: datetime) -> None:
        """Keep an account from working until a person releases it; the first reason stays."""
        free = (AccountRow.username == username, AccountRow.app == app, AccountRow.held_since.is_(None))
        self._change(*free, hold_reason=reason, held_since=at)

    def release(self, account_id: int) -> None:
        """End the hold of an account."""
        self._change(AccountRow.id == account_id, hold_reason=None, held_since=None)

    def _some(self, *conditions: ColumnElement[bool]) -> list[Account]:
        with self._sessions() as session:
            rows = session.scalars(select(AccountRow).where(*conditions).order_by(AccountRow.id))
            return [_account(row) for row in rows]

    def _change(self, *conditions: ColumnElement[bool], **values: str | datetime | None) -> None:
        with self._sessions.begin() as session:
            session.execute(update(AccountRow).where(*conditions).values(**values))


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        app=row.app,
        serial=row.serial,
        enabled=row.enabled,
        signed_in=row.signed_in,
        hold_reason=row.hold_reason,
        held_since=row.held_since,
        tags=row.tags,
    )
