"""How the demonstration shows: progress bars while it works, tables and links afterwards, or JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from deployments.cli.console import fill, table
from deployments.client import Json
from deployments.demo.run import Outcome
from deployments.demo.verdict import COMPLETED, FAILED, Verdict, targets
from deployments.launcher.programs import Programs

MOST_BARS = 10
"""With more phones than this there is one bar for all of them."""
COLORS = {0: "dim", 1: "cyan", 2: "green", 3: "red"}


class Show(Protocol):
    """Takes the tasks as they are now."""

    def __call__(self, tasks: Sequence[Json], /) -> None:
        """Show the tasks."""
        ...


@contextmanager
def progress(console: Console) -> Generator[Show]:
    """Yield what shows progress: bars on a terminal, else a line for each change."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = [TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=console) as bars:
        yield _Bars(bars)


class _Lines:
    """One line whenever more tasks have ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = -1

    def __call__(self, tasks: Sequence[Json], /) -> None:
        ended = sum(_ended(task) for task in tasks)
        if tasks and ended != self._shown:
            self._console.print(f"{ended} of {len(tasks)} tasks have ended")
            self._shown = ended


class _Bars:
    """A bar for each phone, or one for all of many."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._ids: dict[str, Any] = {}

    def __call__(self, tasks: Sequence[Json], /) -> None:
        serials = Counter(task["serial"] for task in tasks)
        groups = serials if len(serials) <= MOST_BARS else Counter({f"{len(serials)} phones": len(tasks)})
        for name, total in sorted(groups.items()):
            done = sum(_ended(task) for task in tasks if name not in serials or task["serial"] == name)
            if name not in self._ids:
                self._ids[name] = self._bars.add_task(name, total=total)
            self._bars.update(self._ids[name], completed=done)


def results(console: Console, outcome: Outcome, verdict: Verdict, programs: Programs) -> None:
    """Print the tasks, the world and the links."""
    made = table("Tasks", "task", "device", "account", "script", "target", "status", "seconds", "retries")
    console.print(fill(made, (_cells(row) for row in rows(outcome))))
    console.print(f"{len(outcome.tasks)} tasks in {outcome.seconds:.1f} s. The world now holds {_held(outcome.world)}.")
    for name, url in links(programs).items():
        console.print(Text(f"{name:9} {url}"), soft_wrap=True)
    _conclude(console, outcome, verdict)


def _conclude(console: Console, outcome: Outcome, verdict: Verdict) -> None:
    failed = [task for task in outcome.tasks if task["status"] == FAILED]
    for task in failed if verdict.ok else ():
        console.print(Text(f"Task {task['id']} failed: {task['remark']}", style="yellow"), soft_wrap=True)
    for problem in verdict.problems:
        console.print(Text(f"Not as expected: {problem}", style="red"), soft_wrap=True)
    if verdict.ok and not failed:
        console.print("[green]All is as expected: nothing is missing, nothing was done twice.[/green]")
    elif verdict.ok:
        console.print("[green]All is as expected with faults: what completed was done once, nothing was done twice.[/]")


def as_json(outcome: Outcome, verdict: Verdict, programs: Programs) -> Json:
    """Return everything for programs."""
    lists = ("follows", "unfollows", "likes", "comments", "messages")
    return {
        "ok": verdict.ok,
        "problems": list(verdict.problems),
        "seconds": round(outcome.seconds, 3),
        "tasks": rows(outcome),
        "world": {name: outcome.world.get(name, []) for name in lists},
        "links": links(programs),
    }


def links(programs: Programs) -> dict[str, str]:
    """Return what a person may want to open."""
    return {"API docs": f"{programs.api_url}/docs", "Prefect": programs.prefect_url, "Phones": programs.world_url}


def rows(outcome: Outcome) -> list[Json]:
    """Return one flat row a task."""
    names = {device["serial"]: device["alias"] for device in outcome.devices}
    return [_row(task, names.get(task["serial"]), outcome) for task in outcome.tasks]


def _row(task: Json, alias: str | None, outcome: Outcome) -> Json:
    return {
        "task": task["id"],
        "device": alias or task["serial"],
        "account": task["username"] or outcome.actors.get(task["serial"]),
        "script": task["script_name"],
        "target": ", ".join(targets(task)),
        "status": task["status_text"],
        "seconds": _seconds(task),
        "retries": task["retry_count"],
        "remark": task["remark"],
    }


def _seconds(task: Json) -> float | None:
    if not task["start_time"] or not task["end_time"]:
        return None
    lasted = datetime.fromisoformat(task["end_time"]) - datetime.fromisoformat(task["start_time"])
    return round(lasted.total_seconds(), 2)


def _cells(row: Json) -> list[object]:
    status = next(code for code, text in _TEXTS.items() if text == row["status"])
    shown = {**row, "status": f"[{COLORS[status]}]{row['status']}[/]"}
    del shown["remark"]
    return list(shown.values())


_TEXTS = {0: "pending", 1: "running", 2: "completed", 3: "failed"}


def _held(world: Json) -> str:
    names = ("accounts", "posts", "follows", "unfollows")
    return ", ".join(f"{len(world.get(name, [])):,} {name}" for name in names)


def _ended(task: Json) -> bool:
    return task["status"] in {COMPLETED, FAILED}
