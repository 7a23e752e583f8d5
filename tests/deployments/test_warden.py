from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil

from deployments.supervision.records import Record, Records, end, write_atomically
from tests.deployments.processes import gone

Until = Callable[[Callable[[], object]], None]

LAUNCHER = """
import subprocess, sys, time
from pathlib import Path
from deployments.supervision.records import Records
from deployments.supervision.warden import start_warden
records = Path(sys.argv[1])
warden = start_warden(records, [Path(folder) for folder in sys.argv[2:]])
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
Records(records).write("child", child.pid)
print(child.pid, warden.pid, flush=True)
time.sleep(600)
"""


def _start(*arguments: Path) -> tuple[subprocess.Popen[str], psutil.Process, psutil.Process]:
    command = [sys.executable, "-c", LAUNCHER, *map(str, arguments)]
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    child, warden = (psutil.Process(int(number)) for number in launcher.stdout.readline().split())
    return launcher, child, warden


def test_what_a_killed_launcher_leaves_is_ended_and_its_folder_removed(tmp_path: Path, until: Until) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    launcher, child, warden = _start(tmp_path / "run", folder)
    with launcher:
        launcher.kill()
    until(lambda: gone(child) and gone(warden))
    assert not folder.exists()


def test_a_warden_leaves_alone_what_another_launcher_has_started(tmp_path: Path, until: Until) -> None:
    launcher, child, warden = _start(tmp_path / "run")
    record = tmp_path / "run" / "child.json"
    write_atomically(record, json.dumps({**json.loads(record.read_text()), "owner": os.getpid()}))
    with launcher:
        launcher.kill()
    until(lambda: gone(warden))
    assert not gone(child)
    child.kill()


def test_a_process_that_has_got_the_number_of_a_dead_one_is_left_alone() -> None:
    me = psutil.Process()
    end([Record("stranger", me.pid, me.create_time() - 1000, owner=1)], timedelta(0))
    assert me.is_running()


def test_records_that_cannot_be_read_count_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"name": "ha')
    (tmp_path / "other.json").write_text('{"colour": "red"}')
    assert Records(tmp_path).all() == []
