"""A virtual fleet as a process of its own: it announces itself, ends on a signal, and keeps its world."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

PROGRAM = """
import dataclasses, json, sys
from pathlib import Path
from virtual_phones.fleet import FleetOptions
from virtual_phones.server import run_fleet

options = FleetOptions(count=2, base_port=0, journal=Path(sys.argv[1]))
run_fleet(options, lambda addresses: print(json.dumps(dataclasses.asdict(addresses)), flush=True))
"""


@contextmanager
def _running(journal: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start the fleet; yields its process and the root of its HTTP API."""
    command = [sys.executable, "-c", PROGRAM, str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())["world_url"]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with _running(tmp_path / "journal") as (process, url):
        httpx.get(f"{url}/phones", trust_env=False, timeout=60).raise_for_status()

        process.send_signal(number)

        assert process.wait(90) == 0
