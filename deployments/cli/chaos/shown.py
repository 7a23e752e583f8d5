"""Runs a plan in front of a person: lines meanwhile, a table at the end, and report files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.text import Text

from deployments.chaos.plan import Plan
from deployments.chaos.report import as_json as to_json
from deployments.chaos.report import as_markdown, counts, rows
from deployments.chaos.running import Outcome, run_plan
from deployments.cli.shared.console import err, line_printer, out
from deployments.cli.shared.signals import stop_signals
from deployments.cli.shared.tables import Column, print_table
from phonefleet.clock import StopSignal
from phonefleet.words import tr

_COLUMNS: Final = (
    Column("fault", folds=True),
    Column("at", rank=3, right=True),
    Column("seen after", rank=2, right=True),
    Column("recovered after", rank=1, right=True),
    Column("failed", right=True),
    Column("lost", right=True),
    Column("doubled", right=True),
)
_FORMS: Final = (".md", ".json")


def check_reports(files: Sequence[Path]) -> None:
    """Refuse a report whose form its name does not tell, before anything runs.

    Raises:
        typer.BadParameter: it ends in neither .md nor .json.

    """
    for file in files:
        if file.suffix not in _FORMS:
            message = tr("{file} must end in .md or .json", file=file)
            raise typer.BadParameter(message, param_hint="--report")


def run_told(plan: Plan, home: Path | None, patience: float, *, quiet: bool) -> Outcome:
    """Run a plan; a line tells of whatever happens, on stderr when it is to be quiet. Raises as `run_plan` does."""
    with stop_signals() as (stop, _):
        return run_with(stop, plan, home, patience, err() if quiet else out())


def run_with(stop: StopSignal, plan: Plan, home: Path | None, patience: float, console: Console) -> Outcome:
    """Run a plan until `stop` is set. Raises as `run_plan` does."""
    return run_plan(plan, line_printer(console), stop, home=home, patience=timedelta(seconds=patience))


def write_reports(outcome: Outcome, files: Sequence[Path]) -> None:
    """Write the report into files, each in the form that its name tells."""
    for file in files:
        text = as_markdown(outcome) if file.suffix == ".md" else json.dumps(to_json(outcome), indent=2) + "\n"
        file.write_text(text, encoding="utf-8")


def show(outcome: Outcome, *, as_json: bool) -> None:
    """Print the faults, the counts, and the problems."""
    if as_json:
        typer.echo(json.dumps(to_json(outcome), indent=2, ensure_ascii=False))
        return
    console = out()
    print_table(console, "Faults", _COLUMNS, (list(row.values()) for row in rows(outcome)), tr("No faults"))
    console.print(", ".join(f"{name} {number}" for name, number in counts(outcome).items()), soft_wrap=True)
    for problem in outcome.verdict.problems:
        console.print(
            Text(tr("Problem: {problem}", problem=f"{problem.kind}: {problem.told}"), style="red"), soft_wrap=True
        )
    if outcome.verdict.ok:
        console.print(Text(tr("All is as it must be: nothing was lost, nothing was done twice."), style="green"))
    if outcome.logs is not None:
        console.print(Text(tr("The logs are in {folder}", folder=outcome.logs)), soft_wrap=True)
