"""What lists of tasks show, read from the ledger as the API reads it, from tests that wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from phonefleet.ledger import Counts, Ledger, Task, TaskFilter
from phonefleet.ledger.tasks.reading import Column, TaskReader
from phonefleet.ledger.values import Page

T = TypeVar("T")
ALL = TaskFilter()


def page_of(ledger: Ledger, wanted: TaskFilter = ALL, number: int = 1, size: int = 20) -> Page[Task]:
    """Return a page of tasks, newest first."""

    async def read(reader: TaskReader) -> Page[Task]:
        page = await reader.page(wanted, number, size)
        tasks = {task.id: task for task in await reader.some(tuple(task_id for task_id, _ in page.items))}
        return Page([tasks[task_id] for task_id, _ in page.items], page.total)

    return _read(ledger, read)


def counts_of(ledger: Ledger, by: Column) -> dict[str, Counts]:
    """Return how many tasks of each script or phone have each status."""
    return _read(ledger, lambda reader: reader.counts(by))


def _read(ledger: Ledger, ask: Callable[[TaskReader], Awaitable[T]]) -> T:
    """Ask in an event loop of another thread: the test may have one that runs."""

    async def read() -> T:
        reader = TaskReader(vars(ledger)["_engine"].url.render_as_string(hide_password=False), connections=1)
        try:
            return await ask(reader)
        finally:
            await reader.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, read()).result()
