"""What the worker's loops wait for: a shutdown ends it, an event shortens it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio


async def unless_stopped(stopping: asyncio.Event, turn: Callable[[], Awaitable[object]]) -> None:
    """Await `turn`, but no longer than until the event is set."""
    async with anyio.create_task_group() as both:

        async def watch() -> None:
            await stopping.wait()
            both.cancel_scope.cancel()

        both.start_soon(watch)
        await turn()
        both.cancel_scope.cancel()


async def sleep_unless(woken: asyncio.Event, duration: timedelta) -> None:
    """Sleep so long, or until the event is set, which is cleared."""
    try:
        async with asyncio.timeout(duration.total_seconds()):
            await woken.wait()
    except TimeoutError:
        return
    woken.clear()
