"""Prefect's events, as they happen: every state that a flow run of our pool enters reaches its task at once.

Spoken directly over Prefect's websocket, so that the API's process needs nothing of Prefect's own library. The protocol
is that of prefect/events/clients.py and prefect/server/api/events.py: authenticate, send one filter, receive events.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Never
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from api.observer import Observer, change_of
from api.prefect_api import PrefectRefused, PrefectUnreachable
from api.reconciler import Reconciler
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Observed
from phonefleet.settings import Settings

_log = logging.getLogger(__name__)

_RUN = "prefect.flow-run."
_SILENCE = timedelta(seconds=20)
"""How long the connection may be dead before we know."""

_AGAIN_AFTER = timedelta(seconds=1)
_GATHERED_FOR = timedelta(milliseconds=100)
"""So that many events are one transaction, and the submitter can tell first whose run it has made."""

_FARTHEST = timedelta(days=365)
_LARGEST = 16 * 1024 * 1024
"""In bytes: state messages alone may have 100,000 characters each, several times in one event."""


class PrefectEvents:
    """Listens to Prefect for as long as it runs; whenever it has not listened for a while, it catches up."""

    def __init__(self, settings: Settings, observer: Observer, reconciler: Reconciler, clock: Clock) -> None:
        self._url = settings.prefect_api_url.rstrip("/").replace("http", "ws", 1) + "/events/out"
        self._token = settings.prefect_auth
        self._observer = observer
        self._reconciler = reconciler
        self._clock = clock
        self._seen: dict[UUID, Observed] = {}
        self._news = asyncio.Event()
        self._since = clock.now()

    async def run(self) -> Never:
        """Listen and project until cancelled."""
        while True:
            try:
                await self._listen()
            except* (OSError, WebSocketException, TimeoutError, LookupError, ValueError) as lost:
                _log.info("Prefect's events are away: %s", lost.exceptions[0])
            except* (PrefectUnreachable, PrefectRefused, LedgerUnreachable) as lost:
                _log.info("The listener waits: %s", lost.exceptions[0])
            await asyncio.sleep(_AGAIN_AFTER.total_seconds())

    async def _listen(self) -> None:
        """Listen until the connection ends, which raises."""
        async with self._connected() as events, asyncio.TaskGroup() as both:
            both.create_task(self._project())
            both.create_task(self._receive(events))
            await self._reconciler.catch_up()

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[ClientConnection]:
        patience = _SILENCE.total_seconds()
        async with connect(
            self._url,
            subprotocols=[Subprotocol("prefect")],
            proxy=None,
            max_size=_LARGEST,
            ping_interval=patience,
            ping_timeout=patience,
        ) as events:
            await _tell(events, {"type": "auth", "token": self._token and self._token.get_secret_value()})
            if json.loads(await events.recv()).get("type") != "auth_success":
                message = "Prefect refuses to tell its events"
                raise PrefectRefused(message)
            await _tell(events, {"type": "filter", "filter": self._filter()})
            yield events

    def _filter(self) -> dict[str, Any]:
        """Return which events we want: those of flow runs, also what happened while we were away."""
        occurred = {"since": self._since.isoformat(), "until": (self._clock.now() + _FARTHEST).isoformat()}
        return {"event": {"prefix": [_RUN]}, "occurred": occurred, "order": "ASC"}

    async def _receive(self, events: ClientConnection) -> Never:
        """Take events as fast as they come: Prefect drops what a slow listener leaves waiting."""
        while True:
            event = json.loads(await events.recv())["event"]
            self._since = max(self._since, datetime.fromisoformat(event["occurred"]) - _SILENCE)
            if (seen := seen_in(event)) is not None:
                self._take(seen)

    def _take(self, seen: Observed) -> None:
        earlier = self._seen.get(seen.flow_run_id)
        if earlier is None or earlier.change.at <= seen.change.at:
            self._seen[seen.flow_run_id] = seen
        self._news.set()

    async def _project(self) -> Never:
        while True:
            await self._news.wait()
            await asyncio.sleep(_GATHERED_FOR.total_seconds())
            self._news.clear()
            seen, self._seen = list(self._seen.values()), {}
            await self._observer.see(seen)


def seen_in(event: dict[str, Any]) -> Observed | None:
    """Return the state that an event tells of; None when it tells of none."""
    resource: dict[str, str] = event["resource"]
    at, state_type = resource.get("prefect.state-timestamp"), resource.get("prefect.state-type")
    if not at or not state_type:
        return None
    run_id = UUID(resource["prefect.resource.id"].removeprefix(_RUN))
    name, message = resource.get("prefect.state-name") or state_type.title(), resource.get("prefect.state-message")
    return Observed(run_id, change_of(state_type, name, datetime.fromisoformat(at), message or None))


async def _tell(events: ClientConnection, message: dict[str, Any]) -> None:
    await events.send(json.dumps(message))
