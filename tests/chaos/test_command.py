"""What `phonefleet chaos` says without starting anything: plans that are drawn, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.chaos.drawing import Wanted, draw
from deployments.chaos.plan import load_plan
from tests.cli.running import Done, run_here, without_settings

Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    without_settings(monkeypatch, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_here(monkeypatch, capsys, ("chaos", *arguments), {})


def test_a_plan_is_drawn_into_a_file_or_printed(run: Run, tmp_path: Path) -> None:
    options = ("plan", "--seed", "7", "--phones", "5", "--tasks", "60", "--kills", "2", "--also", "power_cut")
    done = run(*options, "-o", "plan.yaml")
    assert (done.returncode, done.stdout) == (0, "Wrote plan.yaml\n")
    wanted = draw(Wanted(seed=7, phones=5, tasks=60, kills=2, also=("power_cut",)))
    assert load_plan(tmp_path / "plan.yaml") == wanted
    assert run(*options).stdout == (tmp_path / "plan.yaml").read_text()


def test_a_kind_that_nobody_knows_is_refused(run: Run) -> None:
    done = run("plan", "--also", "meteor")
    assert done.returncode == 2
    assert "meteor is no kind of fault: choose from phone_unplugged" in done.stderr


@pytest.mark.parametrize("command", ["run", "shrink"])
def test_a_file_that_is_no_plan_is_refused_with_its_place(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "plan.yaml").write_text("faults: [{kind: app_crash}]")
    done = run(command, "plan.yaml", *(("-o", "smaller.yaml") if command == "shrink" else ()))
    assert done.returncode == 1
    assert done.stderr == "Error: plan.yaml: faults.0 app_crash needs the number of a phone\n"


def test_nothing_is_struck_in_a_folder_that_may_belong_to_a_fleet_in_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("faults: []")
    used = tmp_path / "used"
    (used / "postgres").mkdir(parents=True)
    done = run("run", "plan.yaml", "--home", str(used))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {used} is not empty: faults strike only a fleet made for them")


def test_a_plan_of_several_hosts_is_drawn(run: Run, tmp_path: Path) -> None:
    options = ("--phones", "5", "--hosts", "2", "--kills", "2", "--also", "host_lost")
    assert run("plan", *options, "-o", "plan.yaml").returncode == 0
    plan = load_plan(tmp_path / "plan.yaml")
    assert plan == draw(Wanted(phones=5, hosts=2, kills=2, also=("host_lost",)))
    assert sum(fault.process == "worker" and fault.host == 2 for fault in plan.faults) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--also", "host_lost"), "host_lost needs --hosts 2 or more"), (("--hosts", "4"), "4 hosts need as many phones")],
)
def test_hosts_that_a_fleet_cannot_have_are_refused(run: Run, options: tuple[str, ...], said: str) -> None:
    done = run("plan", *options)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_a_report_whose_form_nobody_can_tell_is_refused_before_anything_runs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("faults: []")
    done = run("run", "plan.yaml", "--report", "report.doc")
    assert (done.returncode, "report.doc must end in .md or .json" in done.stderr) == (2, True)
