"""Reads tasks, pages and counts from an event loop, over a few asynchronous connections; threads would be slower."""

# ruff: noqa: S608 - queries are built from constants alone, as LiteralString proves

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Literal, LiteralString

from phonefleet.ledger.names import RANKED, meant
from phonefleet.ledger.tasks.questions import Connection, Questions
from phonefleet.ledger.tasks.waiting_facts import AccountKey, Standing, read_standing
from phonefleet.ledger.values import Action, Counts, Page, Progress, Task, TaskFilter, TaskInDetail
from phonefleet.runs.states import Status
from phonefleet.words import unpack, unpack_within

Version = tuple[int, int]
"""A task's id, and the id of the transaction that last wrote its row (`xmin`), which differs after every change."""

Column = Literal["script_name", "serial"]
"""The columns by which tasks can be counted."""

Values = Sequence[Any] | Mapping[str, Any]

_SHALLOW = 1000
"""Up to this offset total and page are one query; beyond it the total comes first, and tells which end is nearer."""

_FEW = 2_000
"""Up to so many matches it is faster to find and sort them all; among more, a scan by id soon meets the next ones."""

_NAMED: LiteralString = RANKED.replace("{names}", "%(names)s")
_COUNTED: dict[str, LiteralString] = {
    "status": "status = %s",
    "serial": "serial = %s",
    "script_name": "script_name = %s",
    "source": "source = %s",
    "username": "username = %s",
}
_SELECTIVE: dict[str, LiteralString] = {
    **_COUNTED,
    "campaign_id": "campaign_id = %s",
    "stopped": "(state_type IS NOT DISTINCT FROM 'CANCELLED') = %s",
}
_CONDITIONS: dict[str, LiteralString] = {
    **_SELECTIVE,
    "created_after": "created_at > %s",
    "created_before": "created_at < %s",
}
_ON_A_WALK: dict[str, LiteralString] = {
    **_SELECTIVE,
    "created_after": "(created_at > %s) IS TRUE AND id >= (SELECT min(block) << 10 FROM task_blocks WHERE newest > %s)",
    "created_before": "(created_at < %s) IS TRUE"
    " AND id < (SELECT (max(block) + 1) << 10 FROM task_blocks WHERE oldest < %s)",
}
"""The same conditions for a scan by id: blocks tell where it may begin, and IS TRUE keeps off the index on dates."""

_TOTAL: LiteralString = "SELECT coalesce(sum(number), 0)::bigint FROM task_counts WHERE true"
_NUMBER: LiteralString = "SELECT count(*) FROM tasks WHERE deleted_at IS NULL"
_COUNTED_PAGE: tuple[LiteralString, LiteralString, LiteralString] = (
    f"SELECT total, id, version FROM ({_TOTAL}",
    ") AS known(total) LEFT JOIN (SELECT id, xmin::text::bigint AS version FROM tasks WHERE deleted_at IS NULL",
    " ORDER BY id DESC OFFSET %s LIMIT %s) AS page ON true ORDER BY id DESC",
)
_OF_STATUS: LiteralString = "(status = %(status)s OR %(status)s::smallint IS NULL)"
_WANTED: LiteralString = f"(created_at > %(after)s AND created_at < %(before)s) IS TRUE AND {_OF_STATUS}"
"""Conditions that use no index (IS TRUE), so that PostgreSQL takes the index on the id."""
_BY_BLOCKS: LiteralString = f"""
    WITH matching AS MATERIALIZED (
        SELECT block, CASE
            WHEN min(oldest) > %(after)s AND max(newest) < %(before)s THEN sum(number)::bigint
            ELSE (SELECT count(*) FROM tasks WHERE deleted_at IS NULL
                  AND id >= block << 10 AND id < (block + 1) << 10 AND {_WANTED})
        END AS number
        FROM task_blocks WHERE {_OF_STATUS} GROUP BY block HAVING max(newest) > %(after)s AND min(oldest) < %(before)s
    ), placed AS MATERIALIZED (
        SELECT block, number, (sum(number) OVER (ORDER BY block DESC) - number)::bigint AS newer
        FROM matching WHERE number > 0
    ), known AS (
        SELECT coalesce(sum(number), 0)::bigint AS total, min(block) AS last FROM placed
    )
    SELECT total, page.id, (SELECT xmin::text::bigint FROM tasks WHERE tasks.id = page.id)
    FROM known LEFT JOIN placed ON newer <= %(offset)s AND newer + number > %(offset)s
    LEFT JOIN LATERAL (
        SELECT id FROM tasks WHERE deleted_at IS NULL AND id >= last << 10 AND id < (block + 1) << 10 AND {_WANTED}
        ORDER BY id DESC OFFSET %(offset)s - newer LIMIT %(size)s
    ) AS page ON true ORDER BY page.id DESC
"""
"""A page of the tasks of a span of time, of one status or any; blocks wholly in the span are counted by their sums."""
_FIELDS: tuple[LiteralString, ...] = (
    "id", "script_name", "script_config", "serial", "username", "app", "source", "status", "state_type", "state_at",
    "remark", "created_at", "scheduled_for", "start_time", "end_time", "retry_count", "result", "flow_run_id",
    "wait_seconds", "campaign_id", "ordinal", "request_id", "remark_message",
)  # fmt: skip
_TASKS: LiteralString = f"""
    SELECT {", ".join(_FIELDS)}, (SELECT alias FROM devices WHERE devices.serial = tasks.serial),
        state_name, progress_done, progress_total
    FROM tasks WHERE deleted_at IS NULL AND id = ANY(%s)
"""
_ACTIONS: LiteralString = """
    SELECT actions.id, task_id, kind, account, target, state, intended_at, acting_at, ended_at, detail,
        detail_message, content
    FROM actions LEFT JOIN texts USING (task_id, kind, target) WHERE task_id = %s ORDER BY actions.id
"""
_ALIASES: LiteralString = "SELECT serial, alias FROM devices WHERE alias IS NOT NULL"
_IDS: LiteralString = "SELECT id FROM tasks WHERE deleted_at IS NULL"


class TaskReader:
    """Reads tasks for lists, in an event loop. Every call raises `LedgerUnreachable` when the database is away.

    reader = TaskReader("postgresql://localhost/phonefleet")
    page = await reader.page(TaskFilter(serial="front_desk"), number=1, size=20)
    tasks = await reader.some(tuple(task_id for task_id, _ in page.items))
    """

    def __init__(self, url: str, connections: int = 4) -> None:
        self._questions = Questions(url, connections)

    async def page(self, wanted: TaskFilter, number: int, size: int) -> Page[Version]:
        """Return one page of the ids and versions of tasks that pass a filter, newest first.

        The filter's `serial` may be any name of a phone.

        Raises:
            NameUnclear: several phones have, or had, this name.

        """
        return await self._questions.answer((wanted, number, size), partial(_page, wanted, number, size))

    async def some(self, task_ids: tuple[int, ...]) -> list[Task]:
        """Return those of these tasks that exist, in any order."""
        return await self._questions.answer(task_ids, partial(_some, task_ids))

    async def one(self, task_id: int) -> TaskInDetail | None:
        """Return a task with its actions, None when there is none; the actions are at least as recent as the task."""
        return await self._questions.answer(("one", task_id), partial(_one, task_id))

    async def counts(self, by: Column | None = None) -> dict[str, Counts]:
        """Return how many tasks have each status, by script name or serial; by "" for all tasks."""
        return await self._questions.answer(("counts", by), partial(_counts, by))

    async def standing(
        self, serials: frozenset[str], accounts: frozenset[AccountKey], now: datetime, zone: tzinfo
    ) -> Standing:
        """Return how these phones and accounts stand, for the reasons why their tasks wait."""
        ask = partial(read_standing, serials, accounts, now, zone)
        return await self._questions.answer(("standing", serials, accounts), ask)

    async def aliases(self) -> dict[str, str]:
        """Return what people call phones now, by serial; phones without an alias are left out."""
        return await self._questions.answer("aliases", _aliases)

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        await self._questions.close()


async def _page(wanted: TaskFilter, number: int, size: int, connection: Connection) -> Page[Version]:
    offset = (number - 1) * size
    if wanted.serial is not None:
        wanted = replace(wanted, serial=await _phone_named(wanted.serial, connection))
    if _in_blocks(wanted, offset):
        span = {"after": wanted.created_after or "-infinity", "before": wanted.created_before or "infinity"}
        place = {"status": wanted.status, "offset": offset, "size": size}
        return _versions(await _rows(connection, _BY_BLOCKS, {**span, **place}, prepare=True))
    where, values = _where(wanted, _ON_A_WALK)
    counted = not any(getattr(wanted, name) is not None for name in _CONDITIONS.keys() - _COUNTED.keys())
    if counted and offset <= _SHALLOW:
        query = f"{_COUNTED_PAGE[0]}{where}{_COUNTED_PAGE[1]}{where}{_COUNTED_PAGE[2]}"
        return _versions(await _rows(connection, query, [*values, *values, offset, size]))
    total = (await _rows(connection, *_total(wanted, counted=counted)))[0][0]
    query, span = _deep(where, offset, size, total)
    return Page([(row[0], row[1]) for row in await _rows(connection, query, [*values, *span])], total)


async def _phone_named(name: str, connection: Connection) -> str:
    """Return the serial of the phone of this name, else the name: tasks of a forgotten phone keep its serial."""
    rows = await _rows(connection, _NAMED, {"names": [name]}, prepare=True)
    return meant((row[0], row[1], row[2]) for row in rows).serial_of(name) or name


def _in_blocks(wanted: TaskFilter, offset: int) -> bool:
    """Tell whether to find the page by blocks; the first pages of a status are found sooner by its own index."""
    if any(getattr(wanted, name) is not None for name in _SELECTIVE.keys() - {"status"}):
        return False
    dated = wanted.created_after is not None or wanted.created_before is not None
    return wanted.status is None or dated or offset > _SHALLOW


def _total(wanted: TaskFilter, *, counted: bool) -> tuple[LiteralString, list[Any]]:
    """Return the query for the total of a filter, from the counts where `counted`."""
    where, values = _where(wanted, _CONDITIONS)
    return f"{_TOTAL if counted else _NUMBER}{where}", values


def _versions(rows: list[tuple[Any, ...]]) -> Page[Version]:
    """Return the page of rows of total, id and version; an empty page is one row without id."""
    return Page([(row[1], row[2]) for row in rows if row[1] is not None], rows[0][0])


def _deep(where: LiteralString, offset: int, size: int, total: int) -> tuple[LiteralString, tuple[int, int]]:
    """Return the query for a page far from the beginning: an index-only scan from the nearer end."""
    order: LiteralString = "DESC"
    if offset > total // 2:
        order, size = "ASC", max(0, min(size, total - offset))
        offset = max(0, total - offset - size)
    matching: LiteralString = f"{_IDS}{where}"
    matching = f"SELECT id FROM ({matching} OFFSET 0) AS matching" if total <= _FEW else matching
    ids = f"{matching} ORDER BY id {order} OFFSET %s LIMIT %s"
    query = f"SELECT id, tasks.xmin::text::bigint FROM tasks JOIN ({ids}) AS page USING (id) ORDER BY id DESC"
    return query, (offset, size)


async def _some(task_ids: tuple[int, ...], connection: Connection) -> list[Task]:
    return [_as_task(row) for row in await _rows(connection, _TASKS, [list(task_ids)], prepare=True)]


async def _one(task_id: int, connection: Connection) -> TaskInDetail | None:
    found = await _some((task_id,), connection)
    if not found:
        return None
    rows = await _rows(connection, _ACTIONS, [task_id], prepare=True)
    return TaskInDetail(found[0], [_as_action(*row) for row in rows])


def _as_action(*row: Any) -> tuple[Action, str | None]:
    *values, detail, message, content = row
    values.append(unpack(detail, message))
    return Action(*values), content


async def _aliases(connection: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in await _rows(connection, _ALIASES, [], prepare=True)}


async def _counts(by: Column | None, connection: Connection) -> dict[str, Counts]:
    key: LiteralString = by or "''"
    query = f"SELECT {key}, status, sum(number)::bigint FROM task_counts GROUP BY 1, 2"
    numbers: dict[str, dict[str, int]] = {}
    for name, status, number in await _rows(connection, query, [], prepare=True):
        if number:
            numbers.setdefault(name, {})[Status(status).text] = number
    return {name: Counts(**found) for name, found in sorted(numbers.items())}


async def _rows(
    connection: Connection, query: LiteralString, values: Values, *, prepare: bool = False
) -> list[tuple[Any, ...]]:
    """Run a query; with `prepare` as a prepared statement, else PostgreSQL plans it for these values."""
    return await (await connection.execute(query, values, binary=True, prepare=prepare)).fetchall()


def _as_task(row: tuple[Any, ...]) -> Task:
    """Return the task of a row of `_TASKS`."""
    *values, alias, state, done, total = row
    known = dict(zip(_FIELDS, values, strict=True))
    known["status"] = Status(known["status"])
    known["remark"] = unpack(known["remark"], known.pop("remark_message"))
    known["result"] = unpack_within(known["result"])
    return Task(**known, alias=alias, state=state, progress=Progress(done, total))


def _where(wanted: TaskFilter, conditions: Mapping[str, LiteralString]) -> tuple[LiteralString, list[Any]]:
    """Return a filter's SQL conditions, each with AND before it, and their values."""
    where: LiteralString = ""
    values: list[Any] = []
    for name, condition in conditions.items():
        value = getattr(wanted, name)
        if value is not None:
            where += f" AND {condition}"
            values += [value] * condition.count("%s")
    return where, values
