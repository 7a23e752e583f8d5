"""Pages and numbers of tasks, read in an event loop over a few connections: lists must be fast, and threads cost."""

# ruff: noqa: S608 - queries are built from constants alone, as LiteralString proves

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, LiteralString

import psycopg
from sqlalchemy import make_url

from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.values import Counts, Page, TaskFilter
from phonefleet.states import Status

Version = tuple[int, int]
"""A task's id, and the transaction that wrote its row as it is: another one after every change."""
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_SHALLOW = 1000
"""Up to so deep an offset, total and page are one query; beyond, the total decides from which end to count."""

_FEW = 20_000

_NAMED = "(SELECT serial FROM devices WHERE serial = %s OR alias = %s ORDER BY serial = %s DESC LIMIT 1)"
_COUNTED: dict[str, LiteralString] = {
    "status": "status = %s",
    "serial": f"serial = coalesce({_NAMED}, %s)",
    "script_name": "script_name = %s",
    "source": "source = %s",
    "username": "username = %s",
}
_UNCOUNTED: dict[str, LiteralString] = {
    "campaign_id": "campaign_id = %s",
    "created_after": "created_at > %s",
    "created_before": "created_at < %s",
}
_CONDITIONS: dict[str, LiteralString] = {**_COUNTED, **_UNCOUNTED}
_TOTAL: LiteralString = "SELECT coalesce(sum(number), 0)::bigint FROM task_counts"
_ROWS: LiteralString = "SELECT id, xmin::text::bigint AS version FROM tasks WHERE deleted_at IS NULL"
_IDS: LiteralString = "SELECT id FROM tasks WHERE deleted_at IS NULL"


class TaskReader:
    """Reads tasks for lists. Every call raises `LedgerUnreachable` when the database cannot be reached."""

    def __init__(self, url: str, connections: int = 4) -> None:
        plain = make_url(url).set(drivername="postgresql")
        self._url = plain.render_as_string(hide_password=False)
        self._free: asyncio.LifoQueue[Connection | None] = asyncio.LifoQueue()
        for _ in range(connections):
            self._free.put_nowait(None)

    async def page(self, wanted: TaskFilter, number: int, size: int) -> Page[Version]:
        """Return one page of the tasks that pass a filter, newest first; its serial may be an alias."""
        where, values, counted = _where(wanted)
        offset = (number - 1) * size
        total_query = f"{_TOTAL} WHERE true{where}" if counted else f"SELECT count(*) FROM tasks WHERE {_live(where)}"
        if counted and offset <= _SHALLOW:
            rows = await self._query(
                f"SELECT total, id, version FROM ({total_query}) AS known(total) LEFT JOIN "
                f"({_ROWS}{where} ORDER BY id DESC OFFSET %s LIMIT %s) AS page ON true ORDER BY id DESC",
                [*values, *values, offset, size],
            )
            return Page([(row[1], row[2]) for row in rows if row[1] is not None], rows[0][0])
        total = (await self._query(total_query, values))[0][0]
        return Page(await self._deep(where, values, offset, size, total), total)

    async def counts(self, by: Literal["script_name", "serial"] | None = None) -> dict[str, Counts]:
        """Return how many tasks have each status, for each script or serial, or under "" for all."""
        key: LiteralString = by or "''"
        rows = await self._query(f"SELECT {key}, status, sum(number)::bigint FROM task_counts GROUP BY 1, 2", [])
        numbers: dict[str, dict[str, int]] = {}
        for name, status, number in rows:
            if number:
                numbers.setdefault(name, {})[Status(status).text] = number
        return {name: Counts(**found) for name, found in sorted(numbers.items())}

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        while not self._free.empty():
            connection = self._free.get_nowait()
            if connection is not None:
                await connection.close()

    async def _deep(self, where: LiteralString, values: list[Any], offset: int, size: int, total: int) -> list[Version]:
        """Return a page far from the beginning; it counts its way from the nearer end, in the index alone."""
        order: LiteralString = "DESC"
        if offset > total // 2:
            order, size = "ASC", max(0, min(size, total - offset))
            offset = max(0, total - offset - size)
        # Few matches are found first and sorted then: among many, what comes first in order is near either end.
        matching: LiteralString = f"{_IDS}{where}"
        matching = f"SELECT id FROM ({matching} OFFSET 0) AS matching" if total <= _FEW else matching
        ids = f"{matching} ORDER BY id {order} OFFSET %s LIMIT %s"
        query = f"SELECT id, tasks.xmin::text::bigint FROM tasks JOIN ({ids}) AS page USING (id) ORDER BY id DESC"
        return [(row[0], row[1]) for row in await self._query(query, [*values, offset, size])]

    async def _query(self, query: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a query; a connection that was lost while nobody used it is replaced once."""
        connection = await self._free.get()
        try:
            if connection is not None:
                try:
                    return await (await connection.execute(query, values)).fetchall()
                except psycopg.OperationalError:
                    await connection.close()
            connection = await self._connect()
            return await (await connection.execute(query, values)).fetchall()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerUnreachable from error
        finally:
            self._free.put_nowait(None if connection is None or connection.closed else connection)

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, options="-c timezone=UTC"
        )


def _where(wanted: TaskFilter) -> tuple[LiteralString, list[Any], bool]:
    """Return the conditions of a filter, their values, and whether the counts know its total."""
    where: LiteralString = ""
    values: list[Any] = []
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            where += f" AND {condition}"
            values += [value] * condition.count("%s")
    return where, values, all(getattr(wanted, name) is None for name in _UNCOUNTED)


def _live(where: LiteralString) -> LiteralString:
    return f"deleted_at IS NULL{where}"
