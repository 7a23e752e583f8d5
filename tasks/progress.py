"""Progress that people see while a run goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from tasks.context import current

T = TypeVar("T")


def each(items: Sequence[T]) -> Iterator[T]:
    """Yield the items one by one and report how many are done of how many, before the first and after each."""
    context = current()
    for done, item in enumerate(items):
        context.ledger.tasks.set_progress(context.task_id, done, len(items))
        context.stop.check()
        yield item
    context.ledger.tasks.set_progress(context.task_id, len(items), len(items))
