"""How the tests run the command line: through its entry point, in this process, or in one of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Done, Run, run_here, without_settings


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without anybody's settings, and a data folder of its own."""
    without_settings(monkeypatch, tmp_path / "home")
    return monkeypatch


@pytest.fixture
def run(clean: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `phonefleet` with arguments, and `PHONEFLEET_…` from keywords."""

    def run(*arguments: str, **settings: str) -> Done:
        return run_here(clean, capsys, arguments, settings)

    return run


@pytest.fixture
def run_apart(clean: pytest.MonkeyPatch) -> Run:
    """Runs `phonefleet` in a process of its own."""
    assert clean

    def run(*arguments: str) -> Done:
        command = [sys.executable, "-m", "deployments.cli", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
        return Done(done.returncode, done.stdout, done.stderr)

    return run
