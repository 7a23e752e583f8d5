"""Tells which flow runs a joined host may decide about: those on its own phones that no other host has in hand.

The API knows it, by the task of a run. Only of a run that a person has started in Prefect, and that nobody has taken
up yet, Prefect is asked first which phone it names.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

import httpx
from cachetools import TTLCache

from deployments.prefect_hosts.tokens import ApiAway
from phonefleet.settings import POOL

Read = Callable[[str], Awaitable[dict[str, Any] | None]]
"""Reads what is at a path of Prefect's API; None where nothing is."""

FRESH: Final = 10.0
"""Seconds for which a run counts as a host's own; no hold goes to another host sooner."""
_MOST: Final = 10_000
_PATIENCE: Final = 5.0


class HostRuns:
    """Asks the API at `api_url`, the address without a path.

    runs = HostRuns("http://127.0.0.1:50809")
    if await runs.is_own("ph_host_…", flow_run_id, read): ...
    """

    def __init__(
        self,
        api_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{api_url.rstrip('/')}/api/v1/host/runs/"
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._own = TTLCache[tuple[str, str], bool](_MOST, FRESH, now)

    async def is_own(self, token: str, flow_run_id: str, read: Read) -> bool:
        """Tell whether the host of a token may decide about a run. Raises `ApiAway`."""
        if (token, flow_run_id) in self._own:
            return True
        own = await self._asked(token, flow_run_id, {})
        if own is None:
            run = await read(f"/flow_runs/{flow_run_id}")
            if run is None:
                return True  # Prefect says that there is none
            own = run.get("work_pool_name") == POOL and await self._asked(token, flow_run_id, _told(run))
        if own:
            self._own[token, flow_run_id] = True
        return bool(own)

    async def _asked(self, token: str, flow_run_id: str, told: dict[str, str]) -> bool | None:
        """Return what the API says of a run: None if it does not know it, and was told nothing of it."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, transport=self._transport)
        try:
            answer = await self._client.get(
                self._url + flow_run_id, params=told, headers={"Authorization": f"Bearer {token}"}
            )
            if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                return False
            answer.raise_for_status()
            own = answer.json()["data"]["own"]
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            raise ApiAway from error
        return None if own is None else bool(own)


def _told(run: dict[str, Any]) -> dict[str, str]:
    """Return what a run says of its task, and of its phone, or of the account that is there."""
    parameters: dict[str, Any] = run.get("parameters") or {}
    name = parameters.get("serial") or parameters.get("username") or ""
    return {"key": str(run.get("idempotency_key") or ""), "name": name if isinstance(name, str) else json.dumps(name)}
