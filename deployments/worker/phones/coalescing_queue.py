"""A coalescing queue: applies the latest item of each key, with retries, and one key's failures delay no other key.

An item that arrives while an older one of its key waits replaces it. An item that fails because Prefect or the database
is away is tried again with growing waits; any other failure is logged once, shown in `problems`, and not tried again
until a new item arrives. This module knows neither phones nor Prefect's objects, only keys and items.

    changes = CoalescingQueue("the change of", apply)  # async def apply(key, item)
    loops.start_soon(changes.run)
    changes.put("127.0.0.1:21001", seen)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Generic, TypeVar

import httpx
from prefect.exceptions import ObjectNotFound

from phonefleet.errors import Interrupted, Outage, PhonefleetError, Transient

_log = logging.getLogger(__name__)

Item = TypeVar("Item")

_AT_ONCE: Final = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 10.0
_PASSING_STATUS: Final = frozenset({408, 425, 429})
"""HTTP's statuses below 500 that ask for another try (RFC 9110, RFC 8470, RFC 6585)."""


def is_retryable(error: BaseException) -> bool:
    """Tell whether the same call may succeed later: a service was away, or something it needs does not exist yet."""
    if isinstance(error, PhonefleetError):
        return isinstance(error, (Transient, Interrupted, Outage))
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return status >= httpx.codes.INTERNAL_SERVER_ERROR or status in _PASSING_STATUS
    # A pool that Prefect does not find is made again at the worker's next heartbeat.
    return isinstance(error, (httpx.TransportError, OSError, TimeoutError, ObjectNotFound))


def backoff(failures: int) -> float:
    """Return the seconds to wait after `failures` failures in a row (1 or more): 0.25, doubled each time, up to 10."""
    return min(_FIRST_WAIT * 2 ** (min(failures, 10) - 1), _LONGEST_WAIT)


class CoalescingQueue(Generic[Item]):
    """Applies the latest item of each key with `apply`. Not thread-safe: use it in one event loop.

    Items of one key are applied one after the other, those of up to `at_once` keys concurrently. `what` begins the log
    lines, which go on with the key, as in "the change of 127.0.0.1:21001".
    """

    def __init__(
        self,
        what: str,
        apply: Callable[[str, Item], Awaitable[object]],
        *,
        at_once: int = _AT_ONCE,
        backoff: Callable[[int], float] = backoff,
    ) -> None:
        self._what, self._apply, self._backoff = what, apply, backoff
        self._slots = asyncio.Semaphore(at_once)
        self._waiting: dict[str, Item] = {}
        self._serving: dict[str, asyncio.Event] = {}  # set when something newer waits
        self._arrived = asyncio.Event()
        self._problems: dict[str, tuple[Item, str]] = {}

    def put(self, key: str, item: Item) -> None:
        """Queue the item, in place of one that still waits for the key."""
        self._waiting[key] = item
        if key in self._serving:
            self._serving[key].set()
        self._arrived.set()

    @property
    def problems(self) -> Mapping[str, str]:
        """The error messages of items that are not tried again, by key; the key's next success removes its entry."""
        return {key: message for key, (_, message) in self._problems.items()}

    def has_given_up(self, key: str, item: Item) -> bool:
        """Tell whether this item has failed for good, so that there is no use in queueing it again."""
        return key in self._problems and self._problems[key][0] == item

    async def run(self) -> None:
        """Apply the queued items, until cancelled."""
        async with asyncio.TaskGroup() as keys:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                for key in self._waiting.keys() - self._serving.keys():
                    self._serving[key] = asyncio.Event()
                    keys.create_task(self._serve(key, self._serving[key]))

    async def _serve(self, key: str, newer: asyncio.Event) -> None:
        """Apply the items of one key until none waits."""
        failures = 0
        try:
            while key in self._waiting:
                newer.clear()
                failures = 0 if await self._try_to_apply(key, self._waiting.pop(key), failures) else failures + 1
                if failures:
                    await self._wait_to_retry(newer, failures)
        finally:
            del self._serving[key]

    async def _try_to_apply(self, key: str, item: Item, failures: int) -> bool:
        """Apply an item; False if it was queued again for a retry."""
        try:
            async with self._slots:
                await self._apply(key, item)
        except Exception as error:  # noqa: BLE001 - the edge of the process: a failure of one key must not stop the others
            if not is_retryable(error):
                self._give_up(key, item, error)
                return True
            self._log_retry(key, error, failures)
            self._waiting.setdefault(key, item)
            return False
        self._problems.pop(key, None)
        return True

    async def _wait_to_retry(self, newer: asyncio.Event, failures: int) -> None:
        """Wait before the next try; a newer item ends the wait."""
        try:
            await asyncio.wait_for(newer.wait(), self._backoff(failures))
        except TimeoutError:
            return

    def _give_up(self, key: str, item: Item, error: Exception) -> None:
        known, message = self._problems.get(key), _sentence(error)
        self._problems[key] = item, message
        if known is None or known[1] != message:
            _log.error("%s %s is not taken over, and not tried again before it changes: %s", self._what, key, message)

    def _log_retry(self, key: str, error: Exception, failures: int) -> None:
        if failures & (failures + 1) == 0:  # the 1st, 2nd, 4th, 8th, … failure in a row
            _log.warning("%s %s has to wait, trying again: %s", self._what, key, _sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, PhonefleetError):
        return error.message
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {' '.join(line.strip() for line in lines)}" if lines else type(error).__name__
