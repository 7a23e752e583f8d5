"""The calls about limits, what accounts have used, and who must not be contacted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

from phonefleet.client.accounts import AccountFilters
from phonefleet.client.answers import (
    AccountUsage,
    Limits,
    PeopleAdded,
    PeoplePage,
    PeopleRemoved,
    Person,
    UsagePage,
    WhenMet,
)
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages


class LimitCalls:
    """Reads and replaces the limits, and keeps the do-not-contact list."""

    _connection: Connection

    def get_limits(self) -> Limits:
        """Return the limits that hold for all accounts, and which ones have others."""
        return self._connection.call("GET", "/limits")

    def replace_limits(  # noqa: PLR0913 - as many as there are limits
        self,
        *,
        budgets: Mapping[str, int] | None = None,
        gap: float | None = None,
        gaps: Mapping[str, float] | None = None,
        hours: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
        timezone: str | None = None,
        when_met: WhenMet | None = None,
        allow_shared_pool: bool | None = None,
        overrides: Sequence[Mapping[str, Any]] | None = None,
        version: int | None = None,
    ) -> Limits:
        """Let other limits hold; what is left out is as it is by default. Gaps are in seconds.

        With a `version` the call is refused when that is not the one that holds.
        """
        body = given(
            budgets=budgets, gap=gap, gaps=gaps, hours=hours, timezone=timezone, when_met=when_met,
            allow_shared_pool=allow_shared_pool, overrides=overrides, version=version,
        )  # fmt: skip
        return self._connection.call("PUT", "/limits", body=body)

    def list_usage(
        self, *, page: int | None = None, page_size: int | None = None, **filters: Unpack[AccountFilters]
    ) -> UsagePage:
        """Return one page of accounts, by id, with what each has used today and what is left."""
        return self._connection.call("GET", "/limits/usage", query=given(page=page, page_size=page_size, **filters))

    def iter_usage(self, **filters: Unpack[AccountFilters]) -> Iterator[AccountUsage]:
        """Yield all accounts that pass the filters, with what each has used today and what is left."""
        return items_of_pages(
            lambda page, size: self.list_usage(page=page, page_size=size, **filters),
            lambda found: found["accounts"],
            lambda account: account["id"],
        )

    def list_do_not_contact(
        self,
        *,
        page: int | None = None,
        page_size: int | None = None,
        username: str | None = None,
        app: str | None = None,
    ) -> PeoplePage:
        """Return one page of the people whom no account may contact, by name."""
        query = given(page=page, page_size=page_size, username=username, app=app)
        return self._connection.call("GET", "/do-not-contact", query=query)

    def iter_do_not_contact(self, *, username: str | None = None, app: str | None = None) -> Iterator[Person]:
        """Yield the people whom no account may contact, by name."""
        return items_of_pages(
            lambda page, size: self.list_do_not_contact(page=page, page_size=size, username=username, app=app),
            lambda found: found["entries"],
            lambda person: (person["username"], person["app"]),
        )

    def add_do_not_contact(self, entries: Sequence[Mapping[str, str | None]]) -> PeopleAdded:
        """Add people, each `{"username": …, "app": …, "reason": …}`, all or none; app and reason may be left out."""
        return self._connection.call("PUT", "/do-not-contact", body={"entries": entries})

    def remove_do_not_contact(self, usernames: Sequence[str], *, app: str | None = None) -> PeopleRemoved:
        """Take people off the list, of one app or of all."""
        return self._connection.call("DELETE", "/do-not-contact", body=given(usernames=usernames, app=app))
