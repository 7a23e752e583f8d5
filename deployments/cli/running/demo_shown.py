"""Prints the results of the demonstration: tables and links, or JSON for programs."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.text import Text

from deployments.cli.shared.tables import Column, print_table
from deployments.cli.tasks.shown import COLORS
from deployments.demo.run import Outcome
from deployments.demo.verdict import FAILED, Json, Verdict, targets
from deployments.launcher.programs import Programs
from phonefleet.client.answers import Task
from phonefleet.words import tr

_COLUMNS = (
    Column("task", right=True),
    Column("device", rank=1),
    Column("account", rank=4),
    Column("script", rank=3),
    Column("target", rank=2, folds=True),
    Column("status"),
    Column("seconds", rank=5, right=True),
    Column("retries", rank=6, right=True),
)


def results(console: Console, outcome: Outcome, verdict: Verdict, programs: Programs) -> None:
    """Print the tasks, the world and the links."""
    print_table(console, "Tasks", _COLUMNS, (_cells(row) for row in rows(outcome)))
    console.print(
        tr(
            "{number} tasks in {seconds} s. The world now holds {held}.",
            number=len(outcome.tasks),
            seconds=f"{outcome.seconds:.1f}",
            held=_held(outcome.world),
        )
    )
    for name, url in links(programs).items():
        how = f" ({programs.prefect_login})" if url == programs.prefect_url else ""
        console.print(Text(f"{name:9} {url}{how}"), soft_wrap=True)
    _conclude(console, outcome, verdict)


def _conclude(console: Console, outcome: Outcome, verdict: Verdict) -> None:
    failed = [task for task in outcome.tasks if task["status"] == FAILED]
    for task in failed if verdict.ok else ():
        console.print(
            Text(tr("Task {number} failed: {remark}", number=task["id"], remark=task["remark"]), style="yellow"),
            soft_wrap=True,
        )
    for problem in verdict.problems:
        console.print(Text(tr("Not as expected: {problem}", problem=problem), style="red"), soft_wrap=True)
    if verdict.ok and not failed:
        console.print(tr("[green]All is as expected: nothing is missing, nothing was done twice.[/green]"))
    elif verdict.ok:
        console.print(
            tr("[green]All is as expected with faults: what completed was done once, nothing was done twice.[/]")
        )


def as_json(outcome: Outcome, verdict: Verdict, programs: Programs) -> Json:
    """Return the results as the JSON of `demo --json`."""
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
    """Return the addresses that people may want to open, by name."""
    return {
        "Page": f"{programs.api_url}/",
        "API docs": f"{programs.api_url}/docs",
        "Prefect": programs.prefect_url,
        "Phones": programs.world_url,
    }


def rows(outcome: Outcome) -> list[Json]:
    """Return a flat record of each task."""
    names = {device["serial"]: device["alias"] for device in outcome.devices}
    return [_row(task, names.get(task["serial"]), outcome) for task in outcome.tasks]


def _row(task: Task, alias: str | None, outcome: Outcome) -> Json:
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


def _seconds(task: Task) -> float | None:
    if not task["start_time"] or not task["end_time"]:
        return None
    lasted = datetime.fromisoformat(task["end_time"]) - datetime.fromisoformat(task["start_time"])
    return round(lasted.total_seconds(), 2)


def _cells(row: Json) -> list[object]:
    shown = {**row, "status": Text(row["status"], style=COLORS[_TEXTS.index(row["status"])])}
    del shown["remark"]
    return list(shown.values())


_TEXTS = ("pending", "running", "completed", "failed")


def _held(world: Json) -> str:
    names = ("accounts", "posts", "follows", "unfollows")
    return ", ".join(f"{len(world.get(name, [])):,} {name}" for name in names)
