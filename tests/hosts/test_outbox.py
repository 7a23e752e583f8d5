"""Evidence of a joined host arrives in order, however often the main host is away or the worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from phonefleet.clock import StopSignal
from phonefleet.errors import LedgerUnreachable
from phonefleet.hosts.files.outbox import Outbox, Sent, sending
from tests.device.conftest import wait_until


class Main:
    """A main host that takes evidence, unless it is away."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str, bytes]] = []
        self.away = False
        self.gone: set[int] = set()

    def __call__(self, task_id: int, path: Path) -> Sent:
        if self.away:
            raise LedgerUnreachable
        if task_id in self.gone:
            return "refused"
        self.taken.append((task_id, path.name, path.read_bytes()))
        return "taken"


def written(folder: Path, task_id: int, number: int, content: bytes, at: int) -> None:
    path = folder / f"task-{task_id}-{number}.png"
    path.write_bytes(content)
    os.utime(path, (at, at))


@pytest.fixture
def main() -> Main:
    return Main()


def test_evidence_goes_in_the_order_in_which_it_was_written(tmp_path: Path, main: Main) -> None:
    for at, task_id in enumerate((9, 3, 7)):
        written(tmp_path, task_id, 1, b"png", at)
    assert Outbox(tmp_path, main).send_waiting() == 3
    assert [task_id for task_id, _, _ in main.taken] == [9, 3, 7]
    assert list(tmp_path.iterdir()) == []


def test_while_the_main_host_is_away_evidence_waits(tmp_path: Path, main: Main) -> None:
    written(tmp_path, 1, 1, b"first", 1)
    main.away = True
    outbox = Outbox(tmp_path, main)
    with pytest.raises(LedgerUnreachable):
        outbox.send_waiting()
    assert [path.name for path in outbox.waiting()] == ["task-1-1.png"]
    main.away = False
    stop = StopSignal()
    thread = sending(outbox, stop)
    wait_until(lambda: not outbox.waiting())
    stop.set("the test ends")
    thread.join()
    assert main.taken == [(1, "task-1-1.png", b"first")]


def test_evidence_of_a_task_that_is_gone_stands_in_nobodys_way(tmp_path: Path, main: Main) -> None:
    written(tmp_path, 1, 1, b"a", 1)
    written(tmp_path, 2, 1, b"b", 2)
    main.gone = {1}
    Outbox(tmp_path, main).send_waiting()
    assert [task_id for task_id, _, _ in main.taken] == [2]
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_evidence_stays(tmp_path: Path, main: Main) -> None:
    for name in (".task-1-1.png", "notes.txt", "task-1-1.exe"):
        (tmp_path / name).write_bytes(b"")
    assert Outbox(tmp_path, main).send_waiting() == 0
    assert len(list(tmp_path.iterdir())) == 3


_KILLED = """
import os, sys
from pathlib import Path
from phonefleet.hosts.files.outbox import Outbox
def send(task_id, path):
    if task_id == 2:
        print("now", flush=True)
        import time
        time.sleep(600)
    return "taken"
Outbox(Path(sys.argv[1]), send).send_waiting()
"""


def test_a_worker_that_is_killed_while_it_sends_sends_the_rest_after_its_restart(tmp_path: Path, main: Main) -> None:
    for task_id in (1, 2, 3):
        written(tmp_path, task_id, 1, b"png", task_id)
    with subprocess.Popen([sys.executable, "-c", _KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    Outbox(tmp_path, main).send_waiting()
    assert [task_id for task_id, _, _ in main.taken] == [2, 3]
