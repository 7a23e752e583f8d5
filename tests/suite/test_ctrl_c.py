"""Ctrl-C ends a run of tests with everything that its processes have started, though they are cut short."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.sweeper import MARKS, started_by

ROOT = Path(__file__).parents[2]
FILES = [Path(__file__).parent / "interrupted" / name for name in ("database.py", "service.py")]
"""One for each process of the run."""

PATIENCE = 100.0
"""Seconds after which a condition counts as never coming true."""


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.2)  # each look reads the environment of every process


def _hear_interrupts() -> None:
    """Let SIGINT do what it does in a terminal: a shell that started the tests in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["to all, as a terminal does", "to the first process alone"])
def test_an_interrupted_run_leaves_no_process(tmp_path: Path, send: Callable[[int, int], None]) -> None:
    mark = uuid4().hex
    environment = {**os.environ, MARKS: f"{os.environ[MARKS]} {mark}", "READY": str(tmp_path), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *map(str, FILES)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=_hear_interrupts,  # noqa: PLW1509 - no other thread holds a lock that it needs
    ) as run:  # fmt: skip
        try:
            until(lambda: len(list(tmp_path.iterdir())) == len(FILES) or run.poll() is not None)
            assert run.poll() is None, run.stdout and run.stdout.read()
            assert "postgres" in {process.name() for process in started_by(mark)}
            send(run.pid, signal.SIGINT)
            assert run.wait(PATIENCE) == pytest.ExitCode.INTERRUPTED
        finally:
            run.kill()
    until(lambda: not started_by(mark))
