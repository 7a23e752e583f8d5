"""The link of a joined host: a WebSocket that its worker keeps open, by which each side knows that the other lives.

The worker says every few seconds that it lives; a network that has fallen silent is noticed by that. The main host
sends hints, small JSON messages such as `{"hint": "attention"}`: what is to be looked at now, and would be found a
little later without. A hint that is lost does no harm.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, Literal, Never, get_args

from websockets.asyncio.client import ClientConnection

from phonefleet.hosts.tunnels.way import LOST, Way

_log = logging.getLogger(__name__)

PATH: Final = "/host/link"
Hint = Literal["attention"]
"""`attention`: look which phones are watched, or taken over."""

ALIVE: Final = json.dumps({"alive": True})
ALIVE_EVERY: Final = timedelta(seconds=5)
"""How often the worker says that it lives."""
_FIRST_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=0.5), timedelta(seconds=8)
_MOST_DOUBLINGS: Final = 10


def written(hint: Hint) -> str:
    """Return the message of a hint."""
    return json.dumps({"hint": hint})


def read(message: str | bytes) -> Hint | None:
    """Return the hint of a message; None for one that a later version may send."""
    try:
        said: Any = json.loads(message)
        hint = said["hint"]
    except (ValueError, TypeError, LookupError):
        return None
    return next((known for known in get_args(Hint) if known == hint), None)


class HostLink:
    """Keeps the link to the main host, and hands on its hints, for as long as `run` runs.

    await HostLink(way, print, random.Random()).run()
    """

    def __init__(self, way: Way, on_hint: Callable[[Hint], None], rng: random.Random) -> None:
        self._way, self._on_hint, self._rng = way, on_hint, rng
        self.linked = False
        """Whether the main host is heard now."""

    async def run(self) -> Never:
        """Link again and again until cancelled."""
        failures = 0
        while True:
            try:
                async with self._way.open(PATH) as socket:
                    failures = 0
                    self._say_linked(linked=True)
                    await self._listen(socket)
            except LOST as error:
                failures += 1
                if failures == 1:
                    _log.warning("The main host is away: %s", error)
            self._say_linked(linked=False)
            longest = min(_FIRST_BACKOFF * 2 ** min(failures, _MOST_DOUBLINGS), _LONGEST_BACKOFF)
            await asyncio.sleep(longest.total_seconds() * self._rng.uniform(0.5, 1))

    async def _listen(self, socket: ClientConnection) -> Never:
        """Hand on hints, and say now and then that this side lives. Raises one of `LOST` at the end of the link."""
        while True:
            await socket.send(ALIVE)
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_EVERY.total_seconds()):
                    while True:
                        if (hint := read(await socket.recv())) is not None:
                            self._on_hint(hint)

    def _say_linked(self, *, linked: bool) -> None:
        if linked and not self.linked:
            _log.info("Linked with the main host")
        self.linked = linked
