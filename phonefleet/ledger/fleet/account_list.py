"""Lists accounts, filtered and in pages, each with the phone that it is bound to, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Text, and_, any_, cast, func, select
from sqlalchemy.orm import Session

from phonefleet.ledger.fleet.device_list import as_device
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.values import Account, Device, Page
from phonefleet.words import unpack


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts to list; None means any. `group` is that of the phone, `serial` is no alias."""

    username: str | None = None
    app: str | None = None
    serial: str | None = None
    group: str | None = None
    tag: str | None = None
    held: bool | None = None
    enabled: bool | None = None
    signed_in: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account and its phone, None where no host has ever seen that."""

    account: Account
    phone: Device | None


def page_of_accounts(session: Session, wanted: AccountFilter, number: int, size: int) -> Page[ListedAccount]:
    """Return one page of the accounts that pass a filter, by id."""
    rows = _matching(select(AccountRow, DeviceRow), wanted).order_by(AccountRow.id)
    total = session.scalar(_matching(select(func.count(AccountRow.id)), wanted))
    found = session.execute(rows.offset((number - 1) * size).limit(size))
    return Page([_listed(row) for row in found], total or 0)


def all_accounts(session: Session, wanted: AccountFilter) -> list[Account]:
    """Return all accounts that pass a filter, by id."""
    rows = _matching(select(AccountRow), wanted).order_by(AccountRow.id)
    return [as_account(row) for row in session.scalars(rows)]


def account_of_id(session: Session, account_id: int) -> ListedAccount | None:
    """Return the account with this id and its phone."""
    query = _matching(select(AccountRow, DeviceRow), AccountFilter()).where(AccountRow.id == account_id)
    row = session.execute(query).first()
    return None if row is None else _listed(row)


def named(usernames: Sequence[str]) -> ColumnElement[bool]:
    """Return the SQL condition for accounts with one of these usernames, ignoring case."""
    names = func.unnest(cast(list(usernames), ARRAY(Text))).column_valued("name")
    return func.lower(AccountRow.username).in_(select(func.lower(names)))


def as_account(row: AccountRow | Row[Any]) -> Account:
    """Return the value of a row."""
    return Account(
        id=row.id,
        username=row.username,
        app=row.app,
        serial=row.serial,
        enabled=row.enabled,
        signed_in=row.signed_in,
        hold_reason=unpack(row.hold_reason, row.hold_message),
        held_since=row.held_since,
        tags=row.tags,
    )


def _matching(query: Select[Any], wanted: AccountFilter) -> Select[Any]:
    joined = query.select_from(AccountRow).outerjoin(DeviceRow, DeviceRow.serial == AccountRow.serial)
    return joined.where(and_(True, *_conditions(wanted)))  # noqa: FBT003 - SQL's true, where there are no conditions


def _conditions(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    tests: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.username, func.lower(AccountRow.username) == func.lower(wanted.username)),
        (wanted.app, AccountRow.app == wanted.app),
        (wanted.serial, AccountRow.serial == wanted.serial),
        (wanted.group, DeviceRow.group_name == wanted.group),
        (wanted.tag, any_(AccountRow.tags) == wanted.tag),
        (wanted.held, AccountRow.held_since.is_not(None) == wanted.held),
        (wanted.enabled, AccountRow.enabled == wanted.enabled),
        (wanted.signed_in, AccountRow.signed_in == wanted.signed_in),
    ]
    return [condition for value, condition in tests if value is not None]


def _listed(row: Sequence[Any]) -> ListedAccount:
    account, phone = row
    return ListedAccount(as_account(account), None if phone is None else as_device(phone))
