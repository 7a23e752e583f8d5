"""A shutdown of the worker outlives none of its waits."""

from __future__ import annotations

import asyncio
from functools import partial

from deployments.worker.loops import unless_stopped
from phonefleet.loops import Survives, until_done


def test_a_shutdown_ends_what_is_tried_until_it_succeeds() -> None:
    async def start() -> int:
        stopping, tries = asyncio.Event(), 0

        async def away() -> None:
            nonlocal tries
            tries += 1
            stopping.set()
            raise ConnectionRefusedError

        await unless_stopped(stopping, partial(until_done, away, "It waits", Survives((OSError,))))
        return tries

    assert asyncio.run(start()) == 1


def test_without_a_shutdown_it_is_done() -> None:
    done: list[int] = []

    async def turn() -> None:
        done.append(1)

    asyncio.run(unless_stopped(asyncio.Event(), turn))
    assert done == [1]
