"""Prefect's events, as they happen: every state that a flow run of our pool enters reaches its task at once.

An event is a hint, never a fact: whoever may write to Prefect can make one up. It says which run to look at; what state
the run is in, and since when, is asked of Prefect's API. What cannot be understood is counted and passed over.

Spoken directly over Prefect's websocket, so that the API's process needs nothing of Prefect's own library. The protocol
is that of prefect/events/clients.py and prefect/server/api/events.py: authenticate, send one filter, receive events.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Never
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from api.observer import Observer
from api.prefect_api import OUTAGES, PrefectRefused
from api.reconciler import Reconciler
from phonefleet.clock import Clock
from phonefleet.loops import Survives, every
from phonefleet.settings import Settings

_log = logging.getLogger(__name__)

_RUN = "prefect.flow-run."
_SILENCE = timedelta(seconds=20)
"""How long the connection may be dead before we know."""

_AGAIN_AFTER = timedelta(seconds=1)
_SURVIVES = Survives((*OUTAGES.errors, OSError, WebSocketException, TimeoutError, LookupError, ValueError))
_GATHERED_FOR = timedelta(milliseconds=100)
"""So that many events are one transaction, and the submitter can tell first whose run it has made."""

_LOOKS = 4
_LOOK_AGAIN_AFTER = timedelta(milliseconds=400)
"""Prefect tells of a state before the transaction that writes it ends: it is looked for again, ever more rarely."""
_MOST_HINTS = 10_000
"""Runs that wait to be looked at; of more than that the reconciler takes care."""

_FARTHEST = timedelta(days=365)
_LARGEST = 16 * 1024 * 1024
"""In bytes: state messages alone may have 100,000 characters each, several times in one event."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What an event says of a run: the state that it is in now, and since when."""

    flow_run_id: UUID
    state_type: str
    state_name: str
    at: datetime


class PrefectEvents:
    """Listens to Prefect for as long as it runs; whenever it has not listened for a while, it catches up."""

    def __init__(
        self,
        settings: Settings,
        observer: Observer,
        reconciler: Reconciler,
        clock: Clock,
        skipped: Callable[[], None] = lambda: None,
    ) -> None:
        self._url = settings.prefect_api_url.rstrip("/").replace("http", "ws", 1) + "/events/out"
        self._token = settings.prefect_auth
        self._observer = observer
        self._reconciler = reconciler
        self._clock = clock
        self._skipped = skipped
        self._hints: dict[UUID, Hint] = {}
        self._news = asyncio.Event()
        self._since = clock.now()

    async def run(self) -> Never:
        """Listen and project until cancelled."""
        await every(_AGAIN_AFTER, self._listen, "Nobody hears of Prefect's events", _SURVIVES)

    async def _listen(self) -> None:
        """Listen until the connection ends, which raises."""
        async with self._connected() as events, asyncio.TaskGroup() as both:
            both.create_task(self._look(both))
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
            try:
                event = json.loads(await events.recv())["event"]
                occurred, hint = datetime.fromisoformat(event["occurred"]), hint_in(event)
                self._since = max(self._since, min(occurred, self._clock.now()) - _SILENCE)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                self._skipped()
                _log.debug("an event cannot be understood: %s", error)
                continue
            if hint is not None:
                self._take([hint])

    def _take(self, hints: Iterable[Hint]) -> None:
        for hint in hints:
            earlier = self._hints.get(hint.flow_run_id)
            if (earlier is None and len(self._hints) < _MOST_HINTS) or (earlier and earlier.at <= hint.at):
                self._hints[hint.flow_run_id] = hint
        self._news.set()

    async def _look(self, group: asyncio.TaskGroup) -> Never:
        while True:
            await self._news.wait()
            await asyncio.sleep(_GATHERED_FOR.total_seconds())
            self._news.clear()
            hints, self._hints = list(self._hints.values()), {}
            if not_yet := await self._observer.look_at(hints):
                group.create_task(self._look_again(not_yet))

    async def _look_again(self, hints: Sequence[Hint]) -> None:
        """Look again for states that Prefect did not show yet, until it does or nobody believes it any more."""
        wait = _LOOK_AGAIN_AFTER
        for _ in range(_LOOKS):
            await asyncio.sleep(wait.total_seconds())
            wait *= 2
            if not (hints := await self._observer.look_at(hints)):
                return


def hint_in(event: dict[str, Any]) -> Hint | None:
    """Return what an event says of a run; None when it tells of no state.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: it is not of the form in which Prefect tells of runs.

    """
    resource: dict[str, str] = event["resource"]
    at, state_type = resource.get("prefect.state-timestamp"), resource.get("prefect.state-type")
    if not at or not state_type:
        return None
    since = datetime.fromisoformat(at)
    if since.tzinfo is None:
        message = "a time without its offset"
        raise ValueError(message)
    run_id, name = UUID(resource["prefect.resource.id"].removeprefix(_RUN)), resource.get("prefect.state-name")
    return Hint(run_id, str(state_type), str(name or state_type.title()), since)


async def _tell(events: ClientConnection, message: dict[str, Any]) -> None:
    await events.send(json.dumps(message))
