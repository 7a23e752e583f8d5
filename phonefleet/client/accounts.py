"""The calls about accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, TypedDict, Unpack

from phonefleet.client.answers import Account, AccountDays, AccountPage, CreatedTasks, Deleted, Imported
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages


class AccountFilters(TypedDict, total=False):
    """Which accounts to list or export; None means any. `group` is that of the phone."""

    username: str | None
    platform: str | None
    serial: str | None
    group: str | None
    tag: str | None
    held: bool | None
    enabled: bool | None
    logined: bool | None


class AccountCalls:
    """Lists, enters, changes, holds and moves accounts."""

    _connection: Connection

    def list_accounts(
        self, *, page: int | None = None, page_size: int | None = None, **filters: Unpack[AccountFilters]
    ) -> AccountPage:
        """Return one page of the accounts that pass the filters, by id."""
        return self._connection.call("GET", "/accounts", query=given(page=page, page_size=page_size, **filters))

    def iter_accounts(self, **filters: Unpack[AccountFilters]) -> Iterator[Account]:
        """Yield all accounts that pass the filters."""
        return items_of_pages(
            lambda page, size: self.list_accounts(page=page, page_size=size, **filters),
            lambda found: found["accounts"],
            lambda account: account["id"],
        )

    def get_account(self, account_id: int) -> Account:
        """Return one account."""
        return self._connection.call("GET", f"/accounts/{account_id}")

    def create_account(
        self,
        username: str,
        serial: str,
        *,
        platform: str | None = None,
        enabled: bool | None = None,
        tags: Sequence[str] | None = None,
    ) -> Account:
        """Enter an account and bind it to a phone. It counts as signed out until the phone shows it."""
        body = given(username=username, serial=serial, platform=platform, enabled=enabled, tags=tags)
        return self._connection.call("POST", "/accounts", body=body)

    def change_account(
        self,
        account_id: int,
        *,
        username: str | None = None,
        serial: str | None = None,
        enabled: bool | None = None,
        tags: Sequence[str] | None = None,
    ) -> Account:
        """Change an account's name, phone, tags, or whether it is enabled; what is left out stays."""
        body = given(username=username, serial=serial, enabled=enabled, tags=tags)
        return self._connection.call("PATCH", f"/accounts/{account_id}", body=body)

    def delete_account(self, account_id: int) -> Deleted:
        """Forget an account; what it did stays in the ledger."""
        return self._connection.call("DELETE", f"/accounts/{account_id}")

    def hold_account(self, account_id: int, reason: str) -> Account:
        """Keep an account from acting until it is released."""
        return self._connection.call("POST", f"/accounts/{account_id}/hold", body={"reason": reason})

    def release_account(self, account_id: int) -> Account:
        """End the hold of an account, once a person has looked at it."""
        return self._connection.call("POST", f"/accounts/{account_id}/release")

    def account_days(
        self,
        account_id: int,
        *,
        since: str | date | None = None,
        until: str | date | None = None,
        format: Literal["json"] = "json",  # noqa: A002 - the API calls it so; `csv_of_account_days` asks for the other
    ) -> AccountDays:
        """Return what the account's own profile showed day by day, the earliest first; without dates, of a year."""
        query = given(since=_written(since), until=_written(until), format=format)
        return self._connection.call("GET", f"/accounts/{account_id}/days", query=query)

    def csv_of_account_days(
        self, account_id: int, *, since: str | date | None = None, until: str | date | None = None
    ) -> str:
        """Return the same as CSV with a heading; each number with its step, 1 for an exact one, and as it was shown."""
        query = given(since=_written(since), until=_written(until), format="csv")
        return self._connection.fetch(f"/accounts/{account_id}/days", query=query).text

    def read_account(self, account_id: int, *, idempotency_key: str | None = None) -> CreatedTasks:
        """Create a task that reads the numbers of the account's own profile.

        With an `idempotency_key`, a repeated call answers what the first one answered.
        """
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._connection.call("POST", f"/accounts/{account_id}/days", headers=headers)

    def export_accounts(self, **filters: Unpack[AccountFilters]) -> str:
        """Return the accounts that pass the filters as CSV, the heading first."""
        return self._connection.fetch("/accounts/export", query=given(**filters)).text

    def import_accounts(self, content: str, *, partial: bool | None = None) -> Imported:
        """Enter accounts from CSV, or change those that exist: all rows or, unless `partial`, none.

        What is wrong with which line stands in the answer's errors, and in the refusal's data if nothing is taken.
        """
        query = given(partial=partial)
        return self._connection.upload("/accounts/import", content.encode(), "text/csv; charset=utf-8", query=query)


def _written(day: str | date | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
