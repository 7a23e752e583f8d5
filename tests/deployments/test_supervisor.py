from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from deployments.launcher.afterwards import Afterwards
from deployments.supervision.records import Records, end
from deployments.supervision.service import Child, ServiceFailed
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted
from tests.deployments.processes import gone

SLEEP = "import time; print('awake', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
POLITE = """
import signal, sys, time
def end(*_):
    open("ends", "a").write(sys.argv[0] + "{name} ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("awake", flush=True)
time.sleep(600)
"""
PARENT = f"""
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("grandchild", "w").write(str(grandchild.pid))
{SLEEP}
"""

Until = Callable[[Callable[[], object]], None]
MakeChild = Callable[..., Child]


def _awake(tmp_path: Path, name: str) -> Callable[[], bool]:
    return lambda: "awake" in (tmp_path / f"{name}.log").read_text()


def test_a_part_that_dies_is_started_again_and_that_is_said(
    supervisor: Supervisor, child: MakeChild, said: list[str], until: Until, tmp_path: Path
) -> None:
    supervisor.start(child("phoenix", SLEEP, ready=_awake(tmp_path, "phoenix")))
    supervisor.await_ready("phoenix")
    first = supervisor.pids["phoenix"]
    psutil.Process(first).kill()
    until(supervisor.watch)
    assert supervisor.pids["phoenix"] != first
    until(lambda: supervisor.watch() or said[-1:] == ["phoenix is back"])
    assert said[0].startswith("phoenix died (exit code -9; see ")


def test_a_part_that_dies_again_and_again_is_started_after_longer_and_longer_waits(
    supervisor: Supervisor, child: MakeChild, said: list[str], until: Until
) -> None:
    supervisor.start(child("moth", "raise SystemExit(3)", ready=lambda: False))
    until(lambda: (supervisor.watch(), len(said) >= 3)[1])
    assert [line.rsplit(" in ", 1)[1] for line in said] == ["0.2 s", "0.4 s", "0.8 s"]


def test_parts_stop_in_reverse_order(supervisor: Supervisor, child: MakeChild, tmp_path: Path) -> None:
    for name in ("first", "second", "third"):
        supervisor.start(child(name, POLITE.format(name=name), ready=_awake(tmp_path, name)))
        supervisor.await_ready(name)
    supervisor.stop_all(StopSignal())
    assert (tmp_path / "ends").read_text().replace("-c", "").split() == ["third", "second", "first"]


def test_what_earlier_parts_use_stops_after_them(supervisor: Supervisor, child: MakeChild, tmp_path: Path) -> None:
    for name, last in (("user", False), ("used", True), ("late", False)):
        supervisor.start(child(name, POLITE.format(name=name), ready=_awake(tmp_path, name)), stops_last=last)
        supervisor.await_ready(name)
    supervisor.stop_all(StopSignal())
    assert (tmp_path / "ends").read_text().replace("-c", "").split() == ["late", "user", "used"]


def test_what_a_killed_launcher_leaves_ends_before_what_it_uses(
    supervisor: Supervisor, child: MakeChild, tmp_path: Path
) -> None:
    for name, last in (("user", False), ("used", True), ("late", False)):
        supervisor.start(child(name, POLITE.format(name=name), ready=_awake(tmp_path, name)), stops_last=last)
        supervisor.await_ready(name)
    end(Records(tmp_path / "run").all(), timedelta(seconds=60))
    assert (tmp_path / "ends").read_text().replace("-c", "").split() == ["late", "user", "used"]


def test_a_part_that_does_not_stop_is_killed(supervisor: Supervisor, child: MakeChild, tmp_path: Path) -> None:
    stubborn = child("stubborn", STUBBORN, ready=_awake(tmp_path, "stubborn"))
    supervisor.start(stubborn, grace=timedelta(milliseconds=50))
    supervisor.await_ready("stubborn")
    supervisor.stop_all(StopSignal())
    assert not stubborn.alive()


def test_hurry_ends_the_patience(supervisor: Supervisor, child: MakeChild, tmp_path: Path) -> None:
    stubborn = child("stubborn", STUBBORN, ready=_awake(tmp_path, "stubborn"))
    supervisor.start(stubborn, grace=timedelta(hours=1))
    supervisor.await_ready("stubborn")
    hurry = StopSignal()
    hurry.set("a second Ctrl-C")
    supervisor.stop_all(hurry)
    assert not stubborn.alive()


def test_what_a_part_has_started_itself_does_not_outlive_it(
    supervisor: Supervisor, child: MakeChild, tmp_path: Path, until: Until
) -> None:
    supervisor.start(child("parent", PARENT, ready=_awake(tmp_path, "parent")))
    supervisor.await_ready("parent")
    grandchild = psutil.Process(int((tmp_path / "grandchild").read_text()))
    supervisor.stop_all(StopSignal())
    until(lambda: gone(grandchild))


def test_a_part_that_ends_during_the_start_is_reported_with_its_last_words(
    supervisor: Supervisor, child: MakeChild
) -> None:
    supervisor.start(child("fragile", "raise SystemExit('I cannot work here')", ready=lambda: False))
    with pytest.raises(ServiceFailed, match=r"fragile ended: exit code 1; see .*fragile.log\n  I cannot work here"):
        supervisor.await_ready("fragile")


def test_a_stop_ends_the_wait_for_a_part(supervisor: Supervisor, child: MakeChild, stop: StopSignal) -> None:
    supervisor.start(child("slow", SLEEP, ready=lambda: False))
    stop.set("Ctrl-C")
    with pytest.raises(Interrupted):
        supervisor.await_ready("slow")


def test_nothing_is_started_after_a_stop(supervisor: Supervisor, child: MakeChild, stop: StopSignal) -> None:
    stop.set("Ctrl-C")
    with pytest.raises(Interrupted):
        supervisor.start(child("late", SLEEP))
    assert supervisor.pids == {}


def test_a_terminals_ctrl_c_does_not_reach_the_parts(supervisor: Supervisor, child: MakeChild) -> None:
    supervisor.start(child("apart", SLEEP))
    apart = supervisor.pids["apart"]
    assert os.getpgid(apart) == os.getsid(apart) == apart


def test_each_start_begins_a_new_log_and_keeps_the_one_before(child: MakeChild, tmp_path: Path, until: Until) -> None:
    for word in ("first", "second"):
        made = child("writer", f"print({word!r})")
        made.start()
        until(lambda made=made: made.succeeded)
    assert (tmp_path / "writer.log").read_text().strip() == "second"
    assert (tmp_path / "writer.1.log").read_text().strip() == "first"


def test_running_parts_are_written_down_until_they_stop(
    supervisor: Supervisor, child: MakeChild, tmp_path: Path
) -> None:
    records = Records(tmp_path / "run")
    supervisor.start(child("known", SLEEP))
    [record] = records.all()
    assert (record.name, record.pid, record.order) == ("known", supervisor.pids["known"], signal.SIGTERM)
    supervisor.stop_all(StopSignal())
    assert records.all() == []
    assert record.process() is None


def test_what_is_done_afterwards_is_recorded_while_it_runs_and_forgotten_when_it_has_succeeded(
    child: MakeChild, said: list[str], until: Until, tmp_path: Path
) -> None:
    records = Records(tmp_path / "run")
    with Afterwards(child("extra", "import time, pathlib\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)"),
                    records, said.append) as afterwards:  # fmt: skip
        assert [record.name for record in records.all()] == ["extra"]
        (tmp_path / "go").touch()
        until(lambda: afterwards.watch() or not records.all())
    assert said == []


def test_what_fails_afterwards_is_said_once_with_the_end_of_its_log(
    child: MakeChild, said: list[str], until: Until, tmp_path: Path
) -> None:
    with Afterwards(child("extra", "raise SystemExit('no such pool')"), Records(tmp_path / "run"), said.append) as it:
        until(lambda: it.watch() or said)
        it.watch()
    assert len(said) == 1
    assert said[0].startswith("extra failed")
    assert "no such pool" in said[0]


def test_what_is_done_afterwards_ends_with_the_rest(child: MakeChild, said: list[str], tmp_path: Path) -> None:
    made, records = child("extra", STUBBORN), Records(tmp_path / "run")
    with Afterwards(made, records, said.append):
        assert made.alive()
    assert not made.alive()
    assert records.all() == []
