"""A coalescing queue of changes: the latest state of each phone is applied, and no phone waits for another's trouble.

What arrives for a phone while its last change is still on the way replaces what waits there. What fails because Prefect
or the database is away is tried again, later each time; what would fail in the same way again is logged once, shown in
`problems`, and left until the phone changes. This module knows neither phones nor Prefect's objects, only keys and
items.

    changes = Changes("change of a phone", apply)  # async def apply(key, item)
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


def passes_by_itself(error: BaseException) -> bool:
    """Tell whether another try may succeed with the same values: what is needed was away, or is not there yet."""
    if isinstance(error, PhonefleetError):
        return isinstance(error, (Transient, Interrupted, Outage))
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return status >= httpx.codes.INTERNAL_SERVER_ERROR or status in _PASSING_STATUS
    # The pool that Prefect does not find is made again with the worker's next heartbeat.
    return isinstance(error, (httpx.TransportError, OSError, TimeoutError, ObjectNotFound))


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row, 1 or more: twice as long each time, up to 10."""
    return min(_FIRST_WAIT * 2 ** (min(failures, 10) - 1), _LONGEST_WAIT)


class Changes(Generic[Item]):
    """Applies the latest item of each key with `apply`; call everything in one event loop.

    `what` names an item in log lines, as in "the change of a phone". Items of one key are applied one after the other,
    those of up to `at_once` keys at the same time.
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
        """Let the item be applied, in place of what still waits for the key."""
        self._waiting[key] = item
        if key in self._serving:
            self._serving[key].set()
        self._arrived.set()

    @property
    def problems(self) -> Mapping[str, str]:
        """What is not tried again, by key: one sentence each. A key's next success takes it away."""
        return {key: message for key, (_, message) in self._problems.items()}

    def refused(self, key: str, item: Item) -> bool:
        """Tell whether this very item has failed for good: there is no use in putting it again."""
        return key in self._problems and self._problems[key][0] == item

    async def run(self) -> None:
        """Apply what was put and what will be, until cancelled."""
        async with asyncio.TaskGroup() as keys:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                for key in self._waiting.keys() - self._serving.keys():
                    self._serving[key] = asyncio.Event()
                    keys.create_task(self._serve(key, self._serving[key]))

    async def _serve(self, key: str, newer: asyncio.Event) -> None:
        """Apply what waits for a key until nothing does."""
        failures = 0
        try:
            while key in self._waiting:
                newer.clear()
                failures = 0 if await self._succeeds(key, self._waiting.pop(key), failures) else failures + 1
                if failures:
                    await self._pause(newer, failures)
        finally:
            del self._serving[key]

    async def _succeeds(self, key: str, item: Item, failures: int) -> bool:
        """Apply an item; False if it was put back to be tried again."""
        try:
            async with self._slots:
                await self._apply(key, item)
        except Exception as error:  # noqa: BLE001 - the edge of the process: one phone's trouble is one phone's
            if not passes_by_itself(error):
                self._refuse(key, item, error)
                return True
            self._tell(key, error, failures)
            self._waiting.setdefault(key, item)
            return False
        self._problems.pop(key, None)
        return True

    async def _pause(self, newer: asyncio.Event, failures: int) -> None:
        """Wait before the next try; something newer is tried at once."""
        try:
            await asyncio.wait_for(newer.wait(), self._backoff(failures))
        except TimeoutError:
            return

    def _refuse(self, key: str, item: Item, error: Exception) -> None:
        known, message = self._problems.get(key), _sentence(error)
        self._problems[key] = item, message
        if known is None or known[1] != message:
            _log.error("%s %s is not taken over, and not tried again before it changes: %s", self._what, key, message)

    def _tell(self, key: str, error: Exception, failures: int) -> None:
        if failures & (failures + 1) == 0:  # the 1st, 2nd, 4th, 8th, … failure in a row
            _log.warning("%s %s has to wait, trying again: %s", self._what, key, _sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, PhonefleetError):
        return error.message
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {' '.join(line.strip() for line in lines)}" if lines else type(error).__name__
