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
from phonefleet.device.glance import Glance
from phonefleet.errors import PhonefleetError
from phonefleet.words import say

T = TypeVar("T")

_AT_ONCE = 4
_MOST_WAITING = 4


class Glances:
    """The glances of one API; a context manager, after which none begins any more.

    with Glances(Glance(adb_port, clock)) as glances:
        png = await glances.screenshot("R58M12ABCDE")
    """

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="glance")
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[str] = Counter()

    async def screenshot(self, serial: str) -> bytes:
        """Return the phone's screen as PNG. Raises `Problem`."""
        return await self._in_turn(serial, lambda: self._glance.screenshot(serial))

    async def hierarchy(self, serial: str, *, idle: bool) -> str:
        """Return the phone's view hierarchy as XML; `idle` tells that no task runs on it. Raises `Problem`."""
        return await self._in_turn(serial, lambda: self._glance.hierarchy(serial, idle=idle))

    async def _in_turn(self, serial: str, look: Callable[[], T]) -> T:
        if self._waiting[serial] >= _MOST_WAITING:
            raise Problem(
                TOO_MANY,
                say("fleet.too_many_looking_already", "Too many are looking at {serial} already", serial=serial),
                headers={"Retry-After": "1"},
            )
        self._waiting[serial] += 1
        try:
            async with self._locks[serial]:
                return await asyncio.get_running_loop().run_in_executor(self._threads, look)
        except PhonefleetError as error:
            raise error if isinstance(error, Problem) else Problem(CONFLICT, error.message) from error
        finally:
            self._waiting[serial] -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _glances(request: Request) -> Glances:
    return cast("Glances", request.app.state.glances)


TheGlances = Annotated[Glances, Depends(_glances)]
