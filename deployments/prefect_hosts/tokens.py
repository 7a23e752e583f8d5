"""Tells whose a joined host's token is, as the API knows it, remembered for some seconds.

A removed host is refused as soon as that is over. Wrong tokens are asked for so rarely that the API, which counts them
for the address that they come from, never refuses this server because of them.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final
from weakref import WeakValueDictionary

import httpx

from api.edge.throttle import TokenBuckets

FRESH: Final = 3.0
"""Seconds for which an answer of the API holds."""
REFUSED: Final = 30.0
"""Seconds for which a wrong token is refused without asking again."""
_WRONG_AT_ONCE, _WRONG_A_SECOND = 5, 0.05
"""How many unknown tokens may be tried, by one address and by all together; the API allows twice as many."""
_PATIENCE: Final = 5.0
_MOST: Final = 1000
_ALL: Final = "all"


class ApiAway(Exception):  # noqa: N818 - says what is so
    """The API does not answer, which alone knows whose a token is."""


class TooManyTokens(Exception):  # noqa: N818 - says what is so
    """Too many unknown tokens were tried lately."""


@dataclass(frozen=True, slots=True)
class _Answer:
    host: str | None
    until: float


class HostTokens:
    """Asks the API at `api_url`, the address without a path.

    tokens = HostTokens("http://127.0.0.1:50809")
    name = await tokens.host_of("ph_host_…", "10.0.0.2")
    """

    def __init__(
        self,
        api_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{api_url.rstrip('/')}/api/v1/host/me"
        self._transport = transport
        self._now = now
        self._client: httpx.AsyncClient | None = None
        self._known: OrderedDict[str, _Answer] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._wrong = TokenBuckets(_WRONG_A_SECOND, _WRONG_AT_ONCE, now)

    async def host_of(self, token: str, address: str) -> str | None:
        """Return the name of a token's host, None for a token of none; `address` is who shows it.

        Raises:
            ApiAway: the API does not answer.
            TooManyTokens: the token is not known yet, and too many others were tried.

        """
        digest = sha256(token.encode()).hexdigest()
        known = self._fresh(digest)
        if known is None:
            async with self._asking.setdefault(digest, asyncio.Lock()):
                known = self._fresh(digest) or await self._ask(digest, token, address)
        return known.host

    def _fresh(self, digest: str) -> _Answer | None:
        known = self._known.get(digest)
        return known if known is not None and self._now() < known.until else None

    async def _ask(self, digest: str, token: str, address: str) -> _Answer:
        before = self._known.get(digest)
        if before is None or before.host is None:
            self._take(address)
        host = await self._asked(token)
        if host is not None:
            self._give_back(address)
        known = self._known[digest] = _Answer(host, self._now() + (REFUSED if host is None else FRESH))
        self._known.move_to_end(digest)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known

    def _take(self, address: str) -> None:
        """Count a token as wrong until the API has said that it is not."""
        if self._wrong.check(address) or self._wrong.check(_ALL):
            raise TooManyTokens
        self._wrong.take(address)
        self._wrong.take(_ALL)

    def _give_back(self, address: str) -> None:
        self._wrong.give_back(address)
        self._wrong.give_back(_ALL)

    async def _asked(self, token: str) -> str | None:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, transport=self._transport)
        try:
            answer = await self._client.get(self._url, headers={"Authorization": f"Bearer {token}"})
            if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                return None
            answer.raise_for_status()
            return str(answer.json()["data"]["name"])
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            raise ApiAway from error
