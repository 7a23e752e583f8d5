"""Every plan of the folder `plans` is run, on a fleet of its own: it costs no task, and nothing is done twice.

A plan that has failed once, made smaller by `phonefleet chaos shrink`, is kept there.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from deployments.chaos.plan import load_plan
from deployments.chaos.report import as_markdown
from deployments.chaos.running import run_plan
from phonefleet.clock import StopSignal
from tests.integration.stack import PATIENCE, stack_home

PLANS = sorted(Path(__file__).with_name("plans").glob("*.yaml"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_a_fleet_outlasts_the_plan(file: Path) -> None:
    said: list[str] = []
    with stack_home("phonefleet-chaos-") as home:
        outcome = run_plan(
            load_plan(file), said.append, StopSignal(), home=home, patience=timedelta(seconds=2 * PATIENCE)
        )
    assert outcome.verdict.ok, "\n".join([*said, as_markdown(outcome), f"logs: {outcome.logs}"])
    assert all(task.status in {2, 3} for task in outcome.found.told)
    assert len(outcome.found.courses) == len(load_plan(file).faults)


def test_there_are_plans_to_run() -> None:
    assert PLANS
