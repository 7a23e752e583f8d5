"""The task API as the command line calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import httpx

from phonefleet.errors import Permanent, Transient

BASE = "/api/v1"
PAGE = 100
"""The most items that one answer holds."""

Json = dict[str, Any]


class ApiUnreachable(Transient):
    """The task API does not answer."""


class ApiRefused(Permanent):
    """The task API refused a request."""


class ApiClient:
    """Calls the API at `url`, such as http://127.0.0.1:50809, with the token if there is one."""

    def __init__(self, url: str, token: str | None = None) -> None:
        root = url.rstrip("/").removesuffix(BASE)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = root
        self._http = httpx.Client(base_url=root + BASE, headers=headers, timeout=30, trust_env=False)

    def call(self, method: str, path: str, *, body: object = None, query: Mapping[str, Any] | None = None) -> Json:
        """Return the `data` of the answer.

        Raises:
            ApiUnreachable: nothing answers there.
            ApiRefused: the answer is an error; the message says which.

        """
        wanted = {key: value for key, value in (query or {}).items() if value is not None}
        try:
            answer = self._http.request(method, path, json=body, params=wanted)
        except httpx.HTTPError as error:
            message = f"The API at {self.url} does not answer ({error}): is `phonefleet up` running?"
            raise ApiUnreachable(message) from error
        return _data(answer)

    def create_tasks(self, request: Mapping[str, Any]) -> list[int]:
        """Create tasks; return their ids."""
        return cast("list[int]", self.call("POST", "/task", body=request)["task_ids"])

    def task(self, task_id: int) -> Json:
        """Return one task with what was done."""
        return self.call("GET", f"/task/{task_id}")

    def tasks(self, limit: int | None = None, **filters: Any) -> list[Json]:
        """Return tasks, newest first, up to `limit`."""
        return self.items("/task", "tasks", limit, **filters)

    def items(self, path: str, name: str, limit: int | None = None, **filters: Any) -> list[Json]:
        """Return what the pages at `path` hold under `name`, up to `limit`."""
        found: list[Json] = []
        page = 1
        while limit is None or len(found) < limit:
            data = self.call("GET", path, query={**filters, "page": page, "page_size": PAGE})
            found += data[name]
            page += 1
            if not data[name] or len(found) >= data["total"]:
                break
        return found[:limit]

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _data(answer: httpx.Response) -> Json:
    try:
        envelope = cast("Json", answer.json())
        code, data = int(envelope["code"]), envelope["data"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"What answers at {answer.url} is not phonefleet's API (HTTP {answer.status_code})."
        raise ApiRefused(message) from error
    if code:
        raise ApiRefused(_why(envelope))
    return cast("Json", data)


def _why(envelope: Json) -> str:
    """Return the error of an envelope as one sentence for a person."""
    data: Any = envelope["data"]
    errors: list[Any] = cast("Json", data).get("errors", []) if isinstance(data, dict) else []
    details = "; ".join(f"{error['field']}: {error['reason']}" if "field" in error else str(error) for error in errors)
    return f"{envelope['message']} (code {envelope['code']})" + (f": {details}" if details else "")
