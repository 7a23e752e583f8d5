"""By how much the databases and the evidence grow with 1,000 tasks: measured on virtual phones, printed as a table.

The table of docs/guide/backup.md is what this prints:

    just bench tests/benchmarks/test_growth.py

Sizes are those of tables with their indexes after a VACUUM, as PostgreSQL takes them from the disk.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from deployments.postgres import EmbeddedPostgres
from tests.integration.stack import Stack, running_stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PHONES, EACH = 10, 15
"""How many tasks of a kind each phone gets."""

FOR_EVER = ("actions", "renames", "material_uses")
"""Tables of the ledger whose rows outlive their tasks."""

A_WEEK = ("events", "event_resources")
"""Tables of Prefect's events, which it deletes after a week."""

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


@dataclass(frozen=True)
class Size:
    """What something takes: rows or files, and bytes."""

    number: int = 0
    bytes: int = 0

    def __sub__(self, other: Size) -> Size:
        return Size(self.number - other.number, self.bytes - other.bytes)

    def __add__(self, other: Size) -> Size:
        return Size(self.number + other.number, self.bytes + other.bytes)

    def per_thousand(self, tasks: int) -> str:
        """Return what 1,000 tasks take, as a cell of the table."""
        return f"{self.number / tasks * 1000:,.0f} · {self.bytes / tasks * 1000 / 1e6:.1f} MB"


Sizes = Mapping[str, Size]


def test_a_thousand_tasks_take_as_much_room_as_the_table_says() -> None:
    with running_stack("phonefleet-growth-", PHONES) as stack:
        begun = measured(stack)
        found: dict[str, tuple[Sizes, int]] = {}
        for kind, name, status in (("`follow`, done", "person", 2), ("`follow`, failed", "nobody", 3)):
            targets = [f"{name}_{number:04}" for number in range(1, EACH + 1)]
            tasks = stack.finished(stack.post("follow", targets, stack.serials), patience=2400)
            assert {task["status"] for task in tasks} == {status}
            now = measured(stack)
            found[kind] = {part: now[part] - begun[part] for part in now}, len(tasks)
            begun = now
    show(found)
    assert all(sizes["ledger"].number > 0 and sizes["prefect"].number > 0 for sizes, _ in found.values())


def measured(stack: Stack) -> Sizes:
    """Measure everything once nothing is written any more: logs and events come a few seconds after the run."""
    server = EmbeddedPostgres(stack.home / "postgres")
    last: list[int] = []

    def rests() -> bool:
        rows = sum(size.number for size in tables(server, "prefect").values())
        last.append(rows)
        return len(last) > _STILL and len(set(last[-_STILL:])) == 1

    until("the last logs and events", rests, 300)
    ledger, prefect = tables(server, "phonefleet"), tables(server, "prefect")
    files = [file for file in (stack.home / "evidence").glob("task-*") if file.is_file()]
    return {
        "ledger": total(ledger, FOR_EVER, among=False),
        "ledger, for ever": total(ledger, FOR_EVER, among=True),
        "prefect": total(prefect, A_WEEK, among=False),
        "prefect, events": total(prefect, A_WEEK, among=True),
        "evidence": Size(len(files), sum(file.stat().st_size for file in files)),
    }


_STILL = 20
"""So many looks, one every 0.3 s, must find the same before it counts as written."""


def tables(server: EmbeddedPostgres, database: str) -> dict[str, Size]:
    """Return the rows and bytes of each table of a database."""
    with psycopg.connect(server.url(database).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM")
        names = [row[0] for row in connection.execute(_TABLES)]
        return {name: _size(connection, name) for name in names}


def _size(connection: psycopg.Connection[tuple[int, ...]], table: str) -> Size:
    query = sql.SQL("SELECT count(*), pg_total_relation_size({}) FROM {}")
    row = connection.execute(query.format(sql.Literal(table), sql.Identifier(table))).fetchone()
    assert row is not None
    return Size(*row)


def total(found: Mapping[str, Size], named: tuple[str, ...], *, among: bool) -> Size:
    """Return the sum of the named tables, or of all others."""
    return sum((size for name, size in found.items() if (name in named) is among), Size())


def show(found: Mapping[str, tuple[Sizes, int]]) -> None:
    """Print the table of docs/guide/backup.md."""
    columns = ("ledger", "ledger, for ever", "prefect", "prefect, events", "evidence")
    head = ["1,000 tasks", *(f"{column} (rows · size)" for column in columns[:-1]), "evidence (files · size)"]
    lines = [head, ["---"] * len(head)]
    lines += [[kind, *(sizes[one].per_thousand(tasks) for one in columns)] for kind, (sizes, tasks) in found.items()]
    for line in lines:
        print("| " + " | ".join(line) + " |", file=sys.stderr)  # noqa: T201 - this is what a benchmark is for
