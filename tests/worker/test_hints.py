"""What wakes the worker before its next turn: a hint of the ledger's database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from deployments.worker.hints import hear_hints
from deployments.worker.loops import sleep_unless
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger

LONG = timedelta(hours=1)


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.devices.seen("phone-1", "online", "desk")
        yield opened


def test_a_sleep_ends_early_where_it_is_woken_and_the_next_one_does_not() -> None:
    async def sleeps() -> bool:
        woken = asyncio.Event()
        asyncio.get_running_loop().call_soon(woken.set)
        await sleep_unless(woken, LONG)
        return woken.is_set()

    assert not asyncio.run(sleeps())


def test_nobody_needs_to_wake_a_sleep() -> None:
    asyncio.run(sleep_unless(asyncio.Event(), timedelta(milliseconds=1)))


def test_the_worker_is_woken_at_its_start_and_by_whoever_looks_at_a_phone(ledger: Ledger, postgres_url: str) -> None:
    async def hears() -> None:
        woken = asyncio.Event()
        hearing = asyncio.create_task(hear_hints(postgres_url, woken))
        await woken.wait()  # at the beginning, for what came before
        woken.clear()
        now = SystemClock().now()
        await asyncio.to_thread(ledger.watching.extend, ["phone-1"], now, now + LONG)
        await woken.wait()
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing

    asyncio.run(hears())
