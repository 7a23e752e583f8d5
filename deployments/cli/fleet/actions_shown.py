"""Prints what was done to phones, saved commands and APKs on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_table, when
from phonefleet.client.answers import ActionBatch, ActionBatchInDetail, SavedCommand
from phonefleet.words import mark, tr, tr_known

_COLORS: Final = {
    mark("done"): "green", mark("already"): "green", mark("running"): "cyan", mark("waiting"): "dim",
    mark("failed"): "red", mark("stopped"): "yellow", mark("unknown"): "yellow",
}  # fmt: skip


def print_batch(found: ActionBatchInDetail) -> None:
    """Print the outcome of each phone."""
    columns = (Column("phone"), Column("outcome"), Column("task", rank=2, right=True), Column("reason", folds=True))
    rows = (
        (phone["alias"] or phone["serial"], _outcome(phone["outcome"]), phone["task_id"], phone["reason"])
        for phone in found["devices"]
    )
    asked = tr(", asked for by {person}", person=found["asked_by"]) if found["asked_by"] else ""
    print_table(out(), f"{found['summary']}: {when(found['created_at'])}{asked}", columns, rows, empty="")


def print_batches(found: Sequence[ActionBatch]) -> None:
    """Print a table of what was asked for."""
    columns = (
        Column("at"), Column("what", folds=True), Column("phones", right=True), Column("outcomes", folds=True),
        Column("who", rank=1), Column("id", rank=2),
    )  # fmt: skip
    rows = (
        (when(each["created_at"]), each["summary"], each["total"], _counts(each), each["asked_by"], each["id"])
        for each in found
    )
    print_table(out(), "Device actions", columns, rows, empty=tr("Nothing was asked for yet."))


def print_commands(found: Sequence[SavedCommand]) -> None:
    """Print a table of saved commands."""
    columns = (
        Column("name"), Column("description", folds=True), Column("seconds", rank=2, right=True),
        Column("who", rank=1), Column("repeatable", rank=3),
    )  # fmt: skip
    rows = (
        (
            each["name"],
            each["description"],
            f"{each['timeout']:g}",
            each["role"],
            tr("yes") if each["repeatable"] else tr("no"),
        )
        for each in found
    )
    empty = tr("No commands are saved: see docs/guide/device-actions.md")
    print_table(out(), "Saved commands", columns, rows, empty=empty)


def _outcome(name: str) -> Text:
    return Text(tr_known(name), style=_COLORS[name])


def _counts(batch: ActionBatch) -> str:
    counts = batch["counts"].items()
    return ", ".join(f"{number} {tr_known(name)}" for name, number in counts if number)
