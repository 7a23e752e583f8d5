"""The names that flow runs bear in Prefect: what a person would call the task. Pure; knows no Prefect and no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phonefleet.ledger.values import OutboxRow
from phonefleet.scripts import read_config, summary_of
from phonefleet.scripts.script import ScriptConfig
from phonefleet.text import printable

ReadConfig = Callable[[str, Mapping[str, Any]], ScriptConfig]


def run_name(row: OutboxRow, read: ReadConfig = read_config) -> str:
    """Return what people read in the Prefect UI, as in "follow @anna on Pixel-07 as @shop"."""
    what = summary_of(row.script_name, read(row.script_name, row.script_config))
    return name_of(what, row.alias or row.serial, row.username)


def name_of(what: str, phone: str, username: str | None) -> str:
    """Return the name of a run: what it does, on which phone, as whom."""
    return printable(f"{what} on {phone}" + (f" as @{username}" if username else ""))
