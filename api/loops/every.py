"""What the API does again and again in the background, whether or not the ledger and Prefect are there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Never

from api.prefect.client import PrefectRefused, PrefectUnreachable
from phonefleet.errors import LedgerUnreachable

_log = logging.getLogger(__name__)


async def again_and_again(turn: Callable[[], Awaitable[object]], every: timedelta, otherwise: str) -> Never:
    """Take a turn now and then one every so often, until cancelled.

    Where the ledger or Prefect is away or refuses, the log says what is so `otherwise`, and the next turn comes.
    """
    while True:
        try:
            await turn()
        except (LedgerUnreachable, PrefectUnreachable, PrefectRefused) as error:
            _log.info("%s: %s", otherwise, error)
        await asyncio.sleep(every.total_seconds())
