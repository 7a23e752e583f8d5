"""Waits until Prefect's server answers, for processes that need neither scripts nor the ledger as well."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

POLL: Final = timedelta(milliseconds=100)


async def wait_for(client: PrefectClient) -> None:
    """Wait until the server answers, without a timeout: who waits for this process ends it if it takes too long."""
    while await client.api_healthcheck() is not None:  # noqa: ASYNC110 - a server that is not there sends no event
        await asyncio.sleep(POLL.total_seconds())
