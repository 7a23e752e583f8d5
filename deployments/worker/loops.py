"""Service loops that outlive the errors of one turn: the edge of the worker process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio

_log = logging.getLogger(__name__)

_LONGEST_BACKOFF = timedelta(seconds=3)


async def forever(turn: Callable[[], Awaitable[object]], every: timedelta = timedelta(0)) -> None:
    """Await `turn` again and again, `every` apart; after an error, log it and wait longer each time."""
    failures = 0
    while True:
        try:
            await turn()
            failures = 0
        except Exception as error:  # noqa: BLE001 - the Prefect server or the database may be away for a while
            failures += 1
            _log.warning("%s failed (%s: %s), trying again", turn, type(error).__name__, error)
        await asyncio.sleep(max(every.total_seconds(), _backoff(failures)))


async def until_done(turn: Callable[[], Awaitable[object]]) -> None:
    """Await `turn` until it succeeds, waiting longer after each error."""
    failures = 0
    while True:
        try:
            await turn()
        except Exception as error:  # noqa: BLE001 - as above
            failures += 1
            _log.warning("%s failed (%s: %s), trying again", turn, type(error).__name__, error)
            await asyncio.sleep(_backoff(failures))
        else:
            return


async def unless_stopped(stopping: asyncio.Event, turn: Callable[[], Awaitable[object]]) -> None:
    """Await `turn`, but no longer than until the event is set."""
    async with anyio.create_task_group() as both:

        async def watch() -> None:
            await stopping.wait()
            both.cancel_scope.cancel()

        both.start_soon(watch)
        await turn()
        both.cancel_scope.cancel()


def _backoff(failures: int) -> float:
    return min(0.25 * 2**failures, _LONGEST_BACKOFF.total_seconds()) if failures else 0.0
