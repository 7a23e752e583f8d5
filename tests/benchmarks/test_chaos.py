"""The large campaigns of faults: thousands of tasks under every fault, and a soak whose processes must not grow.

    just bench tests/benchmarks/test_chaos.py
    TASKS=300 PHONES=10 HOSTS=2 KILLS=2 just bench tests/benchmarks/test_chaos.py -k campaign
    MINUTES=60 PHONES=50 just bench tests/benchmarks/test_chaos.py -k soak

Their tables are the Markdown reports of `phonefleet chaos run`, printed at the end.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import pytest

from deployments.chaos.drawing import ON_PHONES, Wanted, draw
from deployments.chaos.plan import Plan
from deployments.chaos.report import as_markdown
from deployments.chaos.resources import trends
from deployments.chaos.running import Outcome, run_plan
from phonefleet.clock import StopSignal

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(4 * 3600)]

PHONES = int(os.environ.get("PHONES", "50"))
HOSTS = int(os.environ.get("HOSTS", "2"))
TASKS = int(os.environ.get("TASKS", "2000"))
KILLS = int(os.environ.get("KILLS", "10"))
MINUTES = int(os.environ.get("MINUTES", "60"))
SEED = int(os.environ.get("SEED", "20"))
PATIENCE = timedelta(minutes=10)
A_MINUTE = 40
"""Tasks of a soak in a minute, for all phones together."""
MOST_GROWTH = {"memory_mb": 30.0, "threads": 2.0, "descriptors": 20.0}
"""By how much a process may grow in an hour and still count as flat."""
CONNECTIONS = ("postgres",)
"""Has a process for each connection: their descriptors come and go with what others keep open."""


def run(plan: Plan) -> Outcome:
    outcome = run_plan(plan, lambda line: print(line, file=sys.stderr), StopSignal(), patience=PATIENCE)  # noqa: T201
    print(as_markdown(outcome), file=sys.stderr)  # noqa: T201 - this is what a benchmark is for
    return outcome


def test_a_campaign_under_every_fault_loses_nothing_and_does_nothing_twice() -> None:
    wanted = Wanted(
        seed=SEED, phones=PHONES, hosts=HOSTS, tasks=TASKS, faults=2 * len(ON_PHONES), kills=KILLS,
        stops=max(KILLS // 5, 1), fault_rate=0.2, also=("disk_full", "power_cut", *["host_lost"] * (HOSTS > 1)),
    )  # fmt: skip
    outcome = run(draw(wanted))
    assert outcome.verdict.problems == ()
    assert len(outcome.found.told) == TASKS


def test_a_soak_of_an_hour_grows_neither_memory_nor_threads_nor_descriptors() -> None:
    over = timedelta(minutes=MINUTES)
    outcome = run(draw(Wanted(seed=SEED, phones=PHONES, tasks=A_MINUTE * MINUTES, faults=0, kills=0, over=over)))
    assert outcome.verdict.problems == ()
    grown = [
        f"{trend.process} {trend.measure} {trend.an_hour:.1f}"
        for trend in trends(outcome.usages)
        if trend.an_hour is not None and trend.process not in {*CONNECTIONS, "automations"}
        if trend.an_hour > MOST_GROWTH[trend.measure]
    ]
    assert not grown, f"in an hour: {', '.join(grown)}"
