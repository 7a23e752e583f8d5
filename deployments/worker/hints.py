"""Hears the hints of the ledger's own database, for the worker of the host that has it."""

from __future__ import annotations

import asyncio
from typing import Never

from anyio import to_thread

from phonefleet.ledger.fleet.hands_on.hints import HintFeed


async def hear_hints(url: str, woken: asyncio.Event) -> Never:
    """Set the event at each hint until cancelled, and once at the beginning, for what came before.

    Raises:
        LedgerUnreachable: the connection cannot be opened, or is lost.

    """
    feed = await to_thread.run_sync(HintFeed, url)  # unlike asyncio's, it lets no connection go astray when cancelled
    with feed:
        woken.set()
        while True:
            await feed.readable()
            if feed.came():
                woken.set()
