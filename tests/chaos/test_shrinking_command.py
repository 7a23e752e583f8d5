"""`phonefleet chaos shrink` on runs that never were: a run fails where an app crashes while the worker is killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from deployments.chaos.plan import Plan, load_plan, read_plan
from deployments.chaos.running import Outcome
from deployments.chaos.verdict import judge
from deployments.cli.chaos import shrinking
from tests.chaos.made import follow, followed, found, told

PLAN = """
work: {tasks: 8}
faults:
- {kind: phone_frozen, phone: 1}
- {after: 2, kind: app_crash, phone: 2}
- {after: 4, kind: process_killed, process: worker}
- {after: 6, kind: process_killed, process: api}
"""
TASK = told(1, follow(1, "person_0001"))


class Runs:
    """Stands for the fleets; keeps how many were run."""

    def __init__(self, logs: Path, passes: int = 0) -> None:
        self.number = 0
        self._logs = logs
        self._passes = passes
        """So many runs pass before one fails."""

    def __call__(self, _stop: object, plan: Plan, *_: Any) -> Outcome:
        self.number += 1
        struck = {fault.kind for fault in plan.faults} >= {"app_crash", "process_killed"}
        fails = struck and self.number % (self._passes + 1) == 0
        run = found([TASK], followed() if fails else followed(("shop_001", "person_0001")))
        return Outcome(plan, run, judge(run), [], 1.0, self._logs if fails else None)


def test_the_smaller_plan_is_written_with_what_fails_in_its_first_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    monkeypatch.setattr(shrinking, "run_with", Runs(logs))
    output = tmp_path / "smaller.yaml"
    shrinking.shrink_file(read_plan(PLAN, "plan"), output, 1, 60)
    assert output.read_text().startswith("# lost: task 1 (follow) completed, but 1 of its deeds are not there\n")
    assert sorted(fault.kind for fault in load_plan(output).faults) == ["app_crash", "process_killed"]
    assert capsys.readouterr().out == f"Wrote {output}: 2 faults, 1 tasks, 1 phones\n"
    assert not logs.exists(), "the logs of runs on the way are not kept"


def test_a_plan_that_passes_has_nothing_to_shrink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(tmp_path)
    monkeypatch.setattr(shrinking, "run_with", runs)
    with pytest.raises(typer.Exit) as ended:
        shrinking.shrink_file(Plan(), tmp_path / "smaller.yaml", 3, 60)
    assert (ended.value.exit_code, runs.number) == (1, 3)
    assert not (tmp_path / "smaller.yaml").exists()


def test_what_fails_now_and_then_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "run_with", Runs(tmp_path / "none", passes=1))
    output = tmp_path / "smaller.yaml"
    shrinking.shrink_file(read_plan(PLAN, "plan"), output, 2, 60)
    assert len(load_plan(output).faults) == 2
