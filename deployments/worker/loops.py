"""What a shutdown of the worker does not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

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
