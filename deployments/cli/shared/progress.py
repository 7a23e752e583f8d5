"""Shows the progress of tasks: bars on a terminal, otherwise a line for each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from phonefleet.client.answers import Task
from phonefleet.client.tasks import FAILED, RUNNING, has_ended
from phonefleet.words import tr

MOST_BARS = 10
"""With more phones than this, one bar stands for all of them."""


class Show(Protocol):
    """A function that displays the current state of the tasks."""

    def __call__(self, tasks: Sequence[Task], /) -> None:
        """Show the tasks."""
        ...


@contextmanager
def progress(console: Console) -> Generator[Show]:
    """Yield a function that shows the progress of tasks on the console."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[remark]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, expand=True) as bars:
        yield _Bars(bars)


class _Lines:
    """Prints a line whenever more tasks have ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = -1
        self._reason: str | None = None

    def __call__(self, tasks: Sequence[Task], /) -> None:
        ended = sum(has_ended(task) for task in tasks)
        if tasks and ended != self._shown:
            self._console.print(tr("{ended} of {number} tasks have ended", ended=ended, number=len(tasks)))
            self._shown = ended
        reason = None if any(task["status"] == RUNNING for task in tasks) else waits_for(tasks)
        if reason and reason != self._reason:
            self._console.print(tr("waiting: {reason}", reason=reason), markup=False, soft_wrap=True)
        self._reason = reason or self._reason


class _Bars:
    """Shows a bar for each phone, or one for all if there are many."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._ids: dict[str, TaskID] = {}

    def __call__(self, tasks: Sequence[Task], /) -> None:
        serials = Counter(_phone(task) for task in tasks)
        if len(serials) > MOST_BARS:
            self._update(tr("{number} phones", number=len(serials)), tasks)
            return
        for serial in sorted(serials):
            self._update(serial, [task for task in tasks if _phone(task) == serial])

    def _update(self, name: str, tasks: Sequence[Task]) -> None:
        if name not in self._ids:
            self._ids[name] = self._bars.add_task(name, total=len(tasks), remark="")
        done = sum(has_ended(task) for task in tasks)
        self._bars.update(self._ids[name], completed=done, total=len(tasks), remark=_remark(tasks))


def _phone(task: Task) -> str:
    return task["alias"] or task["serial"]


def _remark(tasks: Sequence[Task]) -> str:
    """Return the text beside a bar: how many have failed, else how many run, else what the first one waits for."""
    failed = sum(task["status"] == FAILED for task in tasks)
    running = sum(task["status"] == RUNNING for task in tasks)
    if failed:
        return tr("[red]{failed} failed[/]", failed=failed)
    if running:
        return tr("[cyan]{running} running[/]", running=running)
    return escape(waits_for(tasks) or "")


def waits_for(tasks: Sequence[Task]) -> str | None:
    """Return what the first of these tasks that waits is waiting for."""
    waiting = sorted((task for task in tasks if task.get("waits_for")), key=lambda task: task["id"])
    return waiting[0]["waits_for"] if waiting else None
