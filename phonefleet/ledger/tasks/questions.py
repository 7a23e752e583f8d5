"""Questions to the database from an event loop: over a few connections, answered in the order in which they came.

Those who ask the same while it waits for its turn are answered together. It knows nothing of tasks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

import psycopg
from sqlalchemy import make_url

from phonefleet.errors import LedgerUnreachable

T = TypeVar("T")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Ask = Callable[[Connection], Awaitable[T]]


class Questions:
    """Asks over at most so many connections at once. It only reads: a question may be asked again."""

    def __init__(self, url: str, connections: int) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._turns = asyncio.Semaphore(connections)
        self._idle: list[Connection] = []
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def answer(self, key: Hashable, ask: Ask[T]) -> T:
        """Return the answer to a question that is known by its key; it is never older than the call.

        Raises:
            LedgerUnreachable: the database cannot be reached.

        """
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = asyncio.create_task(self._in_turn(key, ask))
        return await asyncio.shield(waiting)

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            await self._idle.pop().close()

    async def _in_turn(self, key: Hashable, ask: Ask[T]) -> T:
        try:
            await self._turns.acquire()
        finally:
            del self._waiting[key]  # who asks from now on must not hear what is asked now
        try:
            return await self._asked(ask)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerUnreachable from error
        finally:
            self._turns.release()

    async def _asked(self, ask: Ask[T]) -> T:
        """Ask; a connection that was lost while nobody used it is replaced once."""
        if self._idle:
            try:
                return await self._over(self._idle.pop(), ask)
            except psycopg.OperationalError:
                pass
        return await self._over(await self._connect(), ask)

    async def _over(self, connection: Connection, ask: Ask[T]) -> T:
        try:
            return await ask(connection)
        except psycopg.OperationalError:
            await connection.close()
            raise
        finally:
            if not connection.closed:
                self._idle.append(connection)

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, options="-c timezone=UTC"
        )
