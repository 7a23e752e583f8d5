"""Progress that people see while a run goes on: in the API, and in Prefect when there is more than one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from tasks.context import RunContext, current
from tasks.showing import begin_progress, show_progress

T = TypeVar("T")


def each(items: Sequence[T]) -> Iterator[T]:
    """Yield the items one by one and report how many are done of how many, before the first and after each."""
    for done, item in enumerate(items):
        report_progress(done, len(items))
        current().stop.check()
        yield item
    report_progress(len(items), len(items))


def report_progress(done: int, total: int) -> None:
    """Report that `done` of `total` steps are done."""
    context = current()
    context.ledger.tasks.set_progress(context.task_id, done, total)
    if total > 1:
        _show(context, 100 * done // total)


def _show(context: RunContext, percent: int) -> None:
    """Show a whole percent in Prefect when it has changed."""
    shown = context.report.shown
    if shown.artifact is None:
        shown.artifact = begin_progress(context, percent)
    elif percent != shown.percent:
        show_progress(shown.artifact, percent)
    shown.percent = percent
