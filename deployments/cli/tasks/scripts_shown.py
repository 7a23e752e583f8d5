"""Prints scripts on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_table
from phonefleet.client.answers import Script, ScriptList
from phonefleet.words import tr

_COLUMNS = (Column("script"), Column("from", rank=2), Column("targets", rank=3), Column("what", rank=1, folds=True))


def print_scripts(listed: ScriptList) -> None:
    """Print a table of scripts, and where own ones are taken from; what is wrong with one stands in its row."""
    print_table(out(), "Scripts", _COLUMNS, map(_row, listed["scripts"]), empty=tr("There are no scripts."))
    if listed["folder"]:
        out().print(Text(tr("Own scripts are taken from {folder}", folder=listed["folder"]), style="dim"))


def _row(script: Script) -> Sequence[Text | str | None]:
    file = (script["file"] or "").replace("\\", "/").rpartition("/")[2]
    what = Text(script["flaw"], style="red") if script["flaw"] else script["title"]
    return (script["name"], file or "Phonefleet", ", ".join(script["target_fields"]) or None, what)
