"""Shrinks a failing plan in front of a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from deployments.chaos.plan import Plan, plan_text
from deployments.chaos.shrink import shrink
from deployments.chaos.verdict import ProblemKind
from deployments.cli.chaos.shown import run_with
from deployments.cli.shared.console import err
from deployments.cli.shared.options import FAILED
from deployments.cli.shared.signals import stop_signals
from phonefleet.clock import StopSignal
from phonefleet.words import tr


class _Trial:
    """Runs plans, and tells whether they fail in one of the ways in which the first one has."""

    def __init__(self, stop: StopSignal, repeat: int, patience: float) -> None:
        self._stop = stop
        self._repeat = repeat
        self._patience = patience
        self.wanted: frozenset[ProblemKind] = frozenset()
        self.told: tuple[str, ...] = ()
        """The problems of the smallest plan that has failed."""

    def fails(self, plan: Plan) -> bool:
        """Run a plan, again while it passes; tell whether it has failed."""
        typer.echo(_size(plan), err=True)
        return any(self._fails_now(plan) for _ in range(self._repeat))

    def _fails_now(self, plan: Plan) -> bool:
        outcome = run_with(self._stop, plan, None, self._patience, err())
        if outcome.logs is not None:
            shutil.rmtree(outcome.logs, ignore_errors=True)
        alike = outcome.verdict.kinds & self.wanted if self.wanted else outcome.verdict.kinds
        if alike:
            self.wanted = self.wanted or alike
            self.told = tuple(f"{one.kind}: {one.told}" for one in outcome.verdict.problems)
        return bool(alike)


def shrink_file(plan: Plan, output: Path, repeat: int, patience: float) -> None:
    """Shrink a plan and write the result, with what fails in its first lines.

    Raises:
        Exit: the plan does not fail.

    """
    with stop_signals() as (stop, _):
        trial = _Trial(stop, repeat, patience)
        if not trial.fails(plan):
            typer.echo(tr("The plan does not fail: there is nothing to shrink."), err=True)
            raise typer.Exit(FAILED)
        smaller = shrink(plan, trial.fails)
    output.write_text(plan_text(smaller, "\n".join(trial.told)), encoding="utf-8")
    typer.echo(tr("Wrote {file}: {size}", file=output, size=_size(smaller)))


def _size(plan: Plan) -> str:
    size = {"faults": len(plan.faults), "tasks": plan.work.tasks, "phones": plan.fleet.phones}
    if plan.fleet.hosts == 1:
        return tr("{faults} faults, {tasks} tasks, {phones} phones", **size)
    return tr("{faults} faults, {tasks} tasks, {phones} phones, {hosts} hosts", **size, hosts=plan.fleet.hosts)
