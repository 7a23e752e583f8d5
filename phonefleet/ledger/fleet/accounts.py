"""Stores accounts: their app, the phone that they are bound to, and whether they may act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import AccountTaken
from phonefleet.ledger.fleet.account_import import AccountEntry, write_accounts
from phonefleet.ledger.fleet.account_list import (
    AccountFilter,
    ListedAccount,
    account_of_id,
    all_accounts,
    as_account,
    named,
    page_of_accounts,
)
from phonefleet.ledger.names import accounts_called
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.fleet import AccountRow
from phonefleet.ledger.values import Account, Page
from phonefleet.words import pack

_KEY: list[Any] = [AccountRow.app, func.lower(AccountRow.username)]


class Accounts:
    """The accounts of the ledger. A username is unique within an app, ignoring case."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def sync(self, serial: str, app: str, usernames: Sequence[str]) -> list[str]:
        """Record which accounts an app shows on a phone: these are bound to it, all others are signed out there.

        Return the usernames of those that were signed out.
        """
        here = (AccountRow.serial == serial, AccountRow.app == app, ~named(usernames), AccountRow.signed_in)
        names = {name.lower(): name for name in usernames}
        rows = [{"serial": serial, "app": app, "username": name, "signed_in": True} for name in names.values()]
        with self._sessions.begin() as session:
            gone = session.scalars(
                update(AccountRow).where(*here).values(signed_in=False).returning(AccountRow.username)
            )
            signed_out = sorted(gone)
            if rows:
                new = insert(AccountRow).values(rows)
                changes = {"serial": serial, "signed_in": True, "username": new.excluded.username}
                session.execute(new.on_conflict_do_update(index_elements=_KEY, set_=changes))
        return signed_out

    def called(self, name: str, app: str | None = None) -> list[Account]:
        """Return the accounts with a username that are bound to a phone; `@` and case do not matter."""
        with self._sessions() as session:
            return [as_account(row) for row in accounts_called(session, name, app)]

    def add(self, serial: str, app: str, username: str) -> None:
        """Record an account that has acted on a phone, unless it is known: nobody may have matched accounts yet."""
        new = insert(AccountRow).values(serial=serial, app=app, username=username, signed_in=True)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing(index_elements=_KEY))

    # --- finding -----------------------------------------------------------------------------------------

    def matching(self, usernames: Sequence[str], app: str | None = None) -> list[Account]:
        """Return the accounts with these usernames, ignoring case, held and disabled ones too."""
        return self._some(named(usernames), *([] if app is None else [AccountRow.app == app]))

    def on_devices(self, serials: Sequence[str], app: str) -> list[Account]:
        """Return the accounts of an app that are bound to any of these phones."""
        return self._some(AccountRow.serial.in_(serials), AccountRow.app == app)

    def barred(self, serial: str, app: str) -> list[Account]:
        """Return the accounts of a phone's app that must not act: those that are held or disabled."""
        barred = or_(AccountRow.held_since.is_not(None), AccountRow.enabled.is_(False))
        return self._some(AccountRow.serial == serial, AccountRow.app == app, barred)

    def get(self, username: str, app: str) -> Account | None:
        """Return the account with this name, or None when there is none."""
        with self._sessions() as session:
            row = session.execute(_ONE, {"of": app, "called": username}).first()
        return None if row is None else as_account(row)

    def of_id(self, account_id: int) -> ListedAccount | None:
        """Return the account with this id and its phone, or None when there is none."""
        with self._sessions() as session:
            return account_of_id(session, account_id)

    def page(self, wanted: AccountFilter, number: int = 1, size: int = 20) -> Page[ListedAccount]:
        """Return one page of the accounts that pass a filter, by id."""
        with self._sessions() as session:
            return page_of_accounts(session, wanted, number, size)

    def all(self, wanted: AccountFilter) -> list[Account]:
        """Return all accounts that pass a filter, by id."""
        with self._sessions() as session:
            return all_accounts(session, wanted)

    # --- changing ----------------------------------------------------------------------------------------

    def create(self, entry: AccountEntry) -> int:
        """Create an account and return its id. Raises `AccountTaken` when the username exists."""
        values = {"app": entry.app, "username": entry.username, "serial": entry.serial}
        choices = {"enabled": entry.enabled, "tags": entry.tags}
        given = {name: value for name, value in choices.items() if value is not None}
        new = insert(AccountRow).values(**values, **given).on_conflict_do_nothing().returning(AccountRow.id)
        with self._sessions.begin() as session:
            account_id = session.scalar(new)
        if account_id is None:
            raise AccountTaken
        return account_id

    def write(self, entries: Sequence[AccountEntry]) -> tuple[int, int]:
        """Create or change accounts, all or none; return how many were created and how many changed."""
        with self._sessions.begin() as session:
            return write_accounts(session, entries)

    def change(self, account_id: int, **changes: Any) -> bool:
        """Change an account's `username`, `serial`, `enabled` or `tags`, and tell whether the account exists.

        Bound to another phone it counts as signed out. Raises `AccountTaken` when another one has the username.
        """
        moved = (
            {"signed_in": AccountRow.signed_in & (AccountRow.serial == changes["serial"])}
            if "serial" in changes
            else {}
        )
        try:
            return self._change(AccountRow.id == account_id, **changes, **moved)
        except IntegrityError as error:
            raise AccountTaken from error

    def delete(self, account_id: int) -> bool:
        """Delete an account; its actions stay. Tell whether it existed."""
        gone = delete(AccountRow).where(AccountRow.id == account_id).returning(AccountRow.id)
        with self._sessions.begin() as session:
            return session.scalar(gone) is not None

    def hold(self, username: str, app: str, reason: str, at: datetime) -> None:
        """Hold an account: it must not act until a person releases it. The reason of an earlier hold stays."""
        self._hold(named([username]), AccountRow.app == app, reason=reason, at=at)

    def hold_id(self, account_id: int, reason: str, at: datetime) -> bool:
        """Hold an account, by its id; False when it is held already."""
        return self._hold(AccountRow.id == account_id, reason=reason, at=at)

    def release(self, account_id: int) -> bool:
        """Release a held account; False when it is not held."""
        held = (AccountRow.id == account_id, AccountRow.held_since.is_not(None))
        return self._change(*held, hold_reason=None, held_since=None)

    def _hold(self, *conditions: ColumnElement[bool], reason: str, at: datetime) -> bool:
        return self._change(
            *conditions, AccountRow.held_since.is_(None), hold_reason=reason, hold_message=pack(reason), held_since=at
        )

    def _some(self, *conditions: ColumnElement[bool]) -> list[Account]:
        with self._sessions() as session:
            rows = session.scalars(select(AccountRow).where(*conditions).order_by(AccountRow.id))
            return [as_account(row) for row in rows]

    def _change(self, *conditions: ColumnElement[bool], **values: Any) -> bool:
        changed = update(AccountRow).where(*conditions).values(**values or {"app": AccountRow.app})
        with self._sessions.begin() as session:
            return session.scalar(changed.returning(AccountRow.id)) is not None


_ACCOUNTS = table_of(AccountRow)
_ONE: Final = (
    select(_ACCOUNTS)
    .where(_ACCOUNTS.c.app == bindparam("of"))
    .where(func.lower(_ACCOUNTS.c.username) == func.lower(bindparam("called", type_=Text())))
)
