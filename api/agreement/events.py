"""Listens to Prefect's events, so that a state of a flow run reaches its task within moments.

An event is a hint and no fact: anybody who may write to Prefect can forge one. It says only which run to look at; the
run's state is then read from Prefect's API. Events that cannot be parsed are counted and skipped.

The websocket is spoken to directly, so that this process does not load Prefect's library. The protocol is that of
prefect/events/clients.py and prefect/server/api/events.py: authenticate, send one filter, receive events.
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

from api.agreement.observer import Observer
from api.agreement.reconciler import Reconciler
from api.prefect.client import OUTAGES, PrefectRefused
from phonefleet.clock import Clock
from phonefleet.loops import Survives, every
from phonefleet.settings import Settings
from phonefleet.words import say

_log = logging.getLogger(__name__)

_RUN = "prefect.flow-run."
_QUEUE = "prefect.work-queue."
_SILENCE = timedelta(seconds=20)
"""Interval and timeout of pings: a dead connection is noticed within it."""

_AGAIN_AFTER = timedelta(seconds=1)
_SURVIVES = Survives((*OUTAGES.errors, OSError, WebSocketException, TimeoutError, LookupError, ValueError))
_GATHERED_FOR = timedelta(milliseconds=100)
"""Events are gathered for this time: many become one transaction, and the submitter can record first which task a new
run belongs to."""

_LOOKS = 4
_LOOK_AGAIN_AFTER = timedelta(milliseconds=400)
"""Prefect sends an event before it commits the state: the run is read up to four times more, at doubling intervals."""
_MOST_HINTS = 10_000
"""How many runs may wait to be read; the reconciler finds what is beyond that."""

_FARTHEST = timedelta(days=365)
_LARGEST = 16 * 1024 * 1024
"""Largest event in bytes: it may hold several state messages of 100,000 characters each."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What an event claims about a run: its state, and when it entered it."""

    flow_run_id: UUID
    state_type: str
    state_name: str
    at: datetime


class PrefectEvents:
    """Listens to Prefect's events until cancelled; after each new connection the reconciler catches up on missed ones.

    `skipped` is called for each event that cannot be parsed, `queue_told` with the name of each that is about a queue.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it needs, and whom it tells
        self,
        settings: Settings,
        observer: Observer,
        reconciler: Reconciler,
        clock: Clock,
        skipped: Callable[[], None] = lambda: None,
        queue_told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._url = settings.prefect_api_url.rstrip("/").replace("http", "ws", 1) + "/events/out"
        self._token = settings.prefect_auth
        self._observer = observer
        self._reconciler = reconciler
        self._clock = clock
        self._skipped = skipped
        self._queue_told = queue_told
        self._hints: dict[UUID, Hint] = {}
        self._news = asyncio.Event()
        self._since = clock.now()

    async def run(self) -> Never:
        """Listen, and record states in the ledger, until cancelled."""
        await every(_AGAIN_AFTER, self._listen, "Nobody hears of Prefect's events", _SURVIVES)

    async def _listen(self) -> None:
        """Listen until the connection ends, which raises an exception group."""
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
                message = say("agreement.prefect_refuses_tell_events", "Prefect refuses to tell its events")
                raise PrefectRefused(message)
            await _tell(events, {"type": "filter", "filter": self._filter()})
            yield events

    def _filter(self) -> dict[str, Any]:
        """Return the filter: events of flow runs and queues, from shortly before the last one that was received."""
        occurred = {"since": self._since.isoformat(), "until": (self._clock.now() + _FARTHEST).isoformat()}
        return {"event": {"prefix": [_RUN, _QUEUE]}, "occurred": occurred, "order": "ASC"}

    async def _receive(self, events: ClientConnection) -> Never:
        """Receive events as fast as they come: Prefect drops events for a slow listener."""
        while True:
            try:
                event = json.loads(await events.recv())["event"]
                occurred, name, hint = datetime.fromisoformat(event["occurred"]), str(event["event"]), hint_in(event)
                self._since = max(self._since, min(occurred, self._clock.now()) - _SILENCE)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                self._skipped()
                _log.debug("an event cannot be understood: %s", error)
                continue
            if name.startswith(_QUEUE):
                self._queue_told(name)
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
            if not_yet := await self._observer.check_hints(hints):
                group.create_task(self._look_again(not_yet))

    async def _look_again(self, hints: Sequence[Hint]) -> None:
        """Read runs again whose announced state did not show yet, `_LOOKS` times at most."""
        wait = _LOOK_AGAIN_AFTER
        for _ in range(_LOOKS):
            await asyncio.sleep(wait.total_seconds())
            wait *= 2
            if not (hints := await self._observer.check_hints(hints)):
                return


def hint_in(event: dict[str, Any]) -> Hint | None:
    """Return what an event claims about a run; None when it is about no state.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: it has not the form of Prefect's flow run events.

    """
    resource: dict[str, str] = event["resource"]
    at, state_type = resource.get("prefect.state-timestamp"), resource.get("prefect.state-type")
    if not at or not state_type:
        return None
    since = datetime.fromisoformat(at)
    if since.tzinfo is None:
        message = say("agreement.no_offset", "a time without its offset")
        raise ValueError(message)
    run_id, name = UUID(resource["prefect.resource.id"].removeprefix(_RUN)), resource.get("prefect.state-name")
    return Hint(run_id, str(state_type), str(name or state_type.title()), since)


async def _tell(events: ClientConnection, message: dict[str, Any]) -> None:
    await events.send(json.dumps(message))
