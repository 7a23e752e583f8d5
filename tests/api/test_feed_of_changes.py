"""The API's own ear for changes: it leaves no connection behind, however soon it is sent away."""

from __future__ import annotations

import asyncio
import gc
import threading

from sqlalchemy import create_engine, text

from api.live.broadcast import Broadcast
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings
from tests.integration.stack import until


def test_whoever_is_sent_away_while_the_connection_opens_closes_it(ledger: Ledger, settings: Settings) -> None:
    async def begin_and_end() -> None:
        listening = asyncio.create_task(Broadcast(ledger, settings).run())
        await asyncio.sleep(0)  # one turn of the loop: the connection is being opened, and not there yet
        listening.cancel()
        await asyncio.wait([listening])

    asyncio.run(begin_and_end())
    for thread in threading.enumerate():
        if thread.name.startswith("changes"):
            thread.join(30)
    gc.collect()  # a connection that nobody closed would complain now
    assert settings.database_url is not None
    engine = create_engine(settings.database_url.get_secret_value())
    heard = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'")

    def nobody_listens() -> bool:
        with engine.connect() as connection:
            return connection.scalar(heard) == 0

    until("the server to part from a connection that was closed", nobody_listens)
    engine.dispose()
