"""Tests that never end, each in a process of its own: `test_ctrl_c.py` runs this file and interrupts it.

`READY` names a folder where each test writes down that its servers run.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from deployments.supervision.records import Records
from deployments.supervision.service import Child, Program
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal


def _stay(name: str) -> None:
    """Tell that everything runs, and wait for ever."""
    Path(os.environ["READY"], name).touch()
    threading.Event().wait()


def test_with_a_database(postgres_url: str) -> None:
    assert postgres_url
    _stay("database")


def test_with_a_service_that_takes_no_hints(tmp_path: Path) -> None:
    deaf = "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN); threading.Event().wait()"
    program = Program("deaf", [sys.executable, "-c", deaf], dict(os.environ), tmp_path / "deaf.log")
    supervisor = Supervisor(Records(tmp_path / "run"), StopSignal(), print)
    try:
        supervisor.start(Child(program))
        _stay("service")
    finally:
        supervisor.stop_all(StopSignal())
