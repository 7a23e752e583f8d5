"""Hears what PostgreSQL notifies on a channel (LISTEN/NOTIFY), on a connection that does nothing else.

It does not know what the notifications mean.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from typing import Final, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.connecting import KEEPALIVE

_AT_ONCE: Final = 500
LONGEST_WAIT: Final = timedelta(seconds=30)
"""Whoever waits looks after this time in any case: then a connection that was lost is noticed."""


class Notices:
    """A connection that listens on a channel; used by one thread at a time. Opening it raises `LedgerUnreachable`.

    with Notices(url, "phonefleet_changes") as notices:
        await notices.readable()
        payloads = notices.payloads()
    """

    def __init__(self, url: str, channel: str) -> None:
        dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with ExitStack() as stack:
            try:
                connection = psycopg.connect(make_conninfo(dsn, **KEEPALIVE), autocommit=True)
                stack.callback(connection.close)
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            except psycopg.Error as error:
                raise LedgerUnreachable from error
            stack.pop_all()
        self._connection = connection

    def fileno(self) -> int:
        """Return the connection's socket: once it can be read from, `payloads` returns something."""
        return self._connection.fileno()

    async def readable(self) -> None:
        """Wait until something has come, or for `LONGEST_WAIT`.

        Waiting on the socket costs nothing, where psycopg's own `notifies` would wake ten times a second.
        """
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.fileno(), came.set)
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                await came.wait()
        except TimeoutError:
            return
        finally:
            loop.remove_reader(self.fileno())

    def payloads(self) -> list[str]:
        """Return what has come since the last call, without waiting for any. Raises `LedgerUnreachable`."""
        try:
            return [notice.payload for notice in self._connection.notifies(timeout=0, stop_after=_AT_ONCE)]
        except psycopg.Error as error:
            raise LedgerUnreachable from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
