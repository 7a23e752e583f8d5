"""The worker of a joined host ends in time, whoever does not answer."""

from __future__ import annotations

import subprocess
import sys

ENDS = """
import threading
from datetime import timedelta
from deployments.worker.ending import end_within

threading._register_atexit(threading.Event().wait)  # as Prefect's client waits for a server that is silent
end_within(timedelta(seconds={seconds}), lambda: {code})
"""


def test_a_process_that_waits_for_ever_at_its_end_is_ended_with_its_code() -> None:
    done = run(0.1, 3)
    assert (done.returncode, "does not answer" in done.stderr) == (3, True)


def test_a_process_that_ends_by_itself_is_not_kept() -> None:
    source = ENDS.replace("threading._register_atexit", "#").format(seconds=3600, code=3)
    assert ended(source).returncode == 0


def run(seconds: float, code: int) -> subprocess.CompletedProcess[str]:
    return ended(ENDS.format(seconds=seconds, code=code))


def ended(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, timeout=60)
