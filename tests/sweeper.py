"""Ends what a test process has started once that process is gone, however it ended: after Ctrl-C it may be cut short.

Each process of a run marks its environment, which all that it starts inherits, and starts a sweeper. The sweeper reads
its standard input, which only the test process holds open: the end of it is the end of the test process. Then it ends
everything that bears the mark. Run as `python -m tests.sweeper MARK`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil

MARKS = "STARTED_BY_TESTS"
"""Variable with the marks of the test process, and of the test processes that started that one."""

_PATIENCE = 10.0
"""Seconds in which PostgreSQL may end in good order: killed, it would leave its shared memory behind."""
_TURN = 0.2


class Sweeper:
    """Marks this process, and ends what it leaves."""

    def __init__(self) -> None:
        mark = uuid4().hex
        # The sweeper bears no mark of its own, so that it does not end itself.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sweeper", mark], cwd=Path(__file__).parents[1], start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.environ[MARKS] = " ".join([*os.environ.get(MARKS, "").split(), mark])

    def dismiss(self) -> None:
        """Let it sweep now, and return when it is done."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def started_by(mark: str) -> list[psutil.Process]:
    """Return the processes that bear a mark, with their descendants: PostgreSQL's hide their environment."""
    processes = [process for process in psutil.process_iter(["ppid"]) if process.pid != os.getpid()]
    found = {process.pid: process for process in processes if mark in _marks(process)}
    while more := {each.pid: each for each in processes if each.info["ppid"] in found and each.pid not in found}:
        found |= more
    return [process for process in found.values() if _runs(process)]


def _marks(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.environ().get(MARKS, "").split()
    return []


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def sweep(mark: str) -> None:
    """End everything that bears a mark, and what it starts meanwhile."""
    deadline = time.monotonic() + _PATIENCE
    while left := started_by(mark):
        for process in left:
            _end(process, gently=time.monotonic() < deadline)
        psutil.wait_procs(left, timeout=_TURN)


def _end(process: psutil.Process, *, gently: bool) -> None:
    with suppress(psutil.Error):
        if gently and process.name().startswith("postgres") and hasattr(signal, "SIGQUIT"):
            process.send_signal(signal.SIGQUIT)
        else:
            process.kill()


def main(mark: str) -> None:
    """Wait for the end of the test process, then clean up behind it."""
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, signal.SIG_IGN)
    while os.read(sys.stdin.fileno(), 1024):
        pass
    sweep(mark)


if __name__ == "__main__":
    main(*sys.argv[1:])
