"""The calls about people whom tasks have collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from phonefleet.client.answers import ScrapedUser, ScrapedUserPage
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages


class ScrapedCalls:
    """Lists whom tasks of `scrape_user` have collected; `whole_request` adds what its fellow tasks have."""

    _connection: Connection

    def list_scraped_users(
        self,
        task_id: int,
        *,
        whole_request: bool | None = None,
        page: int | None = None,
        page_size: int | None = None,
        format: Literal["json"] = "json",  # noqa: A002 - the API calls it so; `csv_of_scraped_users` asks for the other
    ) -> ScrapedUserPage:
        """Return one page of the people whom a task has collected, in order of discovery."""
        query = given(whole_request=whole_request, page=page, page_size=page_size, format=format)
        return self._connection.call("GET", f"/task/{task_id}/users", query=query)

    def iter_scraped_users(self, task_id: int, *, whole_request: bool | None = None) -> Iterator[ScrapedUser]:
        """Yield all people whom a task has collected, in order of discovery."""
        return items_of_pages(
            lambda page, size: self.list_scraped_users(task_id, whole_request=whole_request, page=page, page_size=size),
            lambda found: found["users"],
            lambda user: user["username"],
        )

    def csv_of_scraped_users(self, task_id: int, *, whole_request: bool | None = None) -> str:
        """Return all people whom a task has collected, as CSV with a heading."""
        query = given(whole_request=whole_request, format="csv")
        return self._connection.fetch(f"/task/{task_id}/users", query=query).text
