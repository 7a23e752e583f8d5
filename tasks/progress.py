"""Reports a run's progress to the API, and to Prefect if there is more than one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from phonefleet.ledger.values import Progress
from tasks.context import RunContext, current
from tasks.showing import begin_progress, show_progress

T = TypeVar("T")


def each(items: Sequence[T]) -> Iterator[T]:
    """Iterate over items, reporting progress and checking the stop signal before each.

    For example:

        for target in each(config.target_users):
            follow_user(target, "direct")
    """
    for done, item in enumerate(items):
        report_progress(done, len(items))
        current().stop.check()
        yield item
    report_progress(len(items), len(items))


def report_progress(done: int, total: int) -> None:
    """Report that `done` of `total` steps are done."""
    context = current()
    _record(context, Progress(done, total))
    context.report.shown.told = True
    if total > 1:
        _show(context, 100 * done // total)


def complete_progress(context: RunContext) -> None:
    """Report that everything is done, of a run that has one step and reported nothing on its way."""
    if not context.report.shown.told:
        _record(context, Progress(1, 1))


def _record(context: RunContext, progress: Progress) -> None:
    """Record the progress, unless the ledger has it already: nobody else changes it while the task runs."""
    shown = context.report.shown
    if progress != shown.recorded:
        context.ledger.tasks.set_progress(context.task_id, progress.done, progress.total)
        shown.recorded = progress


def _show(context: RunContext, percent: int) -> None:
    """Show the percentage in Prefect if it has changed."""
    shown = context.report.shown
    if shown.artifact is None:
        shown.artifact = begin_progress(context, percent)
    elif percent != shown.percent:
        show_progress(shown.artifact, percent)
    shown.percent = percent
