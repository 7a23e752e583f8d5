"""Prints tasks on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from phonefleet.client.answers import Counts, Outcome, Stats, Task, TaskDetail
from phonefleet.targets import usual_targets
from phonefleet.words import mark, tr, tr_known

COLORS = ("dim", "cyan", "green", "red")
"""The colors of the statuses pending, running, completed, failed."""
_COLUMNS = (
    Column("id", right=True),
    Column("status"),
    Column("script", rank=2),
    Column("phone", rank=1),
    Column("target", rank=3, folds=True),
    Column("account", rank=5),
    Column("state", rank=7),
    Column("retries", rank=6, right=True),
    Column("remark", rank=4, folds=True),
)


_STATUSES = (mark("pending"), mark("running"), mark("completed"), mark("failed"))


def status_text(task: Task) -> Text:
    """Return the status in its color."""
    return Text(tr_known(task["status_text"]), style=COLORS[task["status"]])


def targets(task: Task) -> str | None:
    """Return whom or what a task is about; None where it takes its targets from a pool that others share."""
    return ", ".join(chain.from_iterable(usual_targets(task["script_config"]).values())) or None


def told(task: Task) -> str | None:
    """Return what there is to say of a task: what it waits for, else its remark."""
    return task.get("waits_for") or task["remark"]


def phone_name(task: Task) -> str:
    """Return what people call the task's phone: its alias, or its serial."""
    return task["alias"] or task["serial"]


def print_tasks(tasks: Sequence[Task]) -> None:
    """Print a table of tasks; if the remarks do not fit, print them below, a line each."""
    hidden = print_table(out(), "Tasks", _COLUMNS, map(_row, tasks), empty=tr("There are no such tasks."))
    if "remark" in hidden:
        print_brief(task for task in tasks if told(task))


def print_task(task: TaskDetail) -> None:
    """Print one task with its actions and artifacts."""
    print_record(out(), _fields(task))
    actions = [
        (
            action["kind"],
            action["target"],
            action["account"],
            action["state"],
            when(action["intended_at"]),
            action["detail"],
        )
        for action in task["actions"]
    ]
    columns = (
        Column("action"), Column("target", folds=True), Column("account", rank=3), Column("outcome"),
        Column("at", rank=2, folds=True), Column("detail", rank=1, folds=True),
    )  # fmt: skip
    if actions:
        print_table(out(), "Actions", columns, actions)


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print a table of the outcomes of targets."""
    columns = (
        Column("target", folds=True), Column("outcome"), Column("steps", rank=2, folds=True), Column("task", rank=4),
        Column("account", rank=3), Column("at", rank=5, folds=True), Column("detail", rank=1, folds=True),
    )  # fmt: skip
    rows = [
        (
            one["target"], one["outcome"], ", ".join(f"{step['action']} {step['outcome']}" for step in one["steps"]),
            one["task_id"], one["account"], when(one["ended_at"]), one["detail"],
        )
        for one in outcomes
    ]  # fmt: skip
    print_table(out(), "Outcomes", columns, rows, empty=tr("There are no outcomes yet."))


def print_counts(counts: Stats, aliases: Mapping[str, str]) -> None:
    """Print the number of tasks of each status, also by script or phone if the answer has that."""
    groups: list[tuple[str, Counts]] = [("all", counts)]
    groups += sorted((counts.get("by_script") or {}).items())
    groups += sorted((aliases.get(serial, serial), one) for serial, one in (counts.get("by_device") or {}).items())
    columns = (
        Column("", folds=True), Column("total", rank=1, right=True), Column("pending", right=True),
        Column("running", right=True), Column("completed", right=True), Column("failed", right=True),
    )  # fmt: skip
    rows = [
        (name, one["total"], one["pending"], one["running"], one["completed"], one["failed"]) for name, one in groups
    ]
    print_table(out(), "Tasks", columns, rows)


def print_brief(tasks: Iterable[Task]) -> None:
    """Print one line for each task."""
    for task in tasks:
        remark = f": {told(task)}" if told(task) else ""
        out().print(
            Text.assemble(tr("Task {number} is ", number=task["id"]), status_text(task), remark), soft_wrap=True
        )


def _row(task: Task) -> list[object]:
    return [
        task["id"], status_text(task), task["script_name"], phone_name(task), targets(task), task["username"],
        task["state"], task["retry_count"], told(task),
    ]  # fmt: skip


def _fields(task: TaskDetail) -> list[tuple[str, object]]:
    done = task["progress"]
    return [
        ("task", task["id"]), ("status", status_text(task)), ("state", task["state"]), ("remark", task["remark"]),
        ("waits for", task.get("waits_for")), ("script", task["script_name"]),
        ("config", json.dumps(task["script_config"], ensure_ascii=False)), ("phone", task["alias"]),
        ("serial", task["serial"]), ("account", task["username"]), ("app", task["app"]), ("source", task["source"]),
        ("progress", tr("{done} of {total}", done=done["done"], total=done["total"])), ("retries", task["retry_count"]),
        ("created", when(task["created_at"])), ("due", when(task["scheduled_for"])),
        ("started", when(task["start_time"])), ("ended", when(task["end_time"])),
        ("flow run", task["flow_run_url"] or task["flow_run_id"]),
        ("artifacts", ", ".join(str(found.get("path", found)) for found in task["artifacts"])),
    ]  # fmt: skip
