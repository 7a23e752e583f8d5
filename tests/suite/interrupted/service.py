"""A test that never ends and has a service that does not end when asked: `test_ctrl_c.py` interrupts it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deployments.supervision.records import Records
from deployments.supervision.service import Child, Program
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal
from tests.suite.interrupted.staying import stay


def test_with_a_service_that_takes_no_hints(tmp_path: Path) -> None:
    deaf = "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN); threading.Event().wait()"
    program = Program("deaf", [sys.executable, "-c", deaf], dict(os.environ), tmp_path / "deaf.log")
    supervisor = Supervisor(Records(tmp_path / "run"), StopSignal(), print)
    try:
        supervisor.start(Child(program))
        stay("service")
    finally:
        supervisor.stop_all(StopSignal())
