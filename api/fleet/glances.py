"""Takes screenshots and hierarchies of phones for callers, with limited concurrency.

One at a time for each phone, `_AT_ONCE` at once altogether; a fifth caller for the same phone is refused.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Annotated, Self, TypeVar, cast

from fastapi import Depends, Request

from api.answers.envelope import CONFLICT, TOO_MANY, Problem
from phonefleet.device.adb.servers import ForEachHost
from phonefleet.device.glance import Glance
from phonefleet.errors import PhonefleetError
from phonefleet.words import say

T = TypeVar("T")

_AT_ONCE = 4
_MOST_WAITING = 4


class Glances:
    """The glances of one API; a context manager, after which none begins any more.

    with Glances(ForEachHost(servers, Glance)) as glances:
        png = await glances.screenshot("R58M12ABCDE", "berlin")

    A phone is named by its address in the adb server of its host.
    """

    def __init__(self, glances: ForEachHost[Glance]) -> None:
        self._glances = glances
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="glance")
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def screenshot(self, address: str, host: str) -> bytes:
        """Return the phone's screen as PNG. Raises `Problem`."""
        return await self._in_turn(address, host, lambda: self._glances.of(host).screenshot(address))

    async def hierarchy(self, address: str, host: str, *, idle: bool) -> str:
        """Return the phone's view hierarchy as XML; `idle` tells that no task runs on it. Raises `Problem`."""
        return await self._in_turn(address, host, lambda: self._glances.of(host).hierarchy(address, idle=idle))

    async def _in_turn(self, address: str, host: str, look: Callable[[], T]) -> T:
        phone = host, address
        if self._waiting[phone] >= _MOST_WAITING:
            raise Problem(
                TOO_MANY,
                say("fleet.too_many_looking_already", "Too many are looking at {serial} already", serial=address),
                headers={"Retry-After": "1"},
            )
        self._waiting[phone] += 1
        try:
            async with self._locks[phone]:
                return await asyncio.get_running_loop().run_in_executor(self._threads, look)
        except PhonefleetError as error:
            raise error if isinstance(error, Problem) else Problem(CONFLICT, error.message) from error
        finally:
            self._waiting[phone] -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _glances(request: Request) -> Glances:
    return cast("Glances", request.app.state.glances)


TheGlances = Annotated[Glances, Depends(_glances)]
