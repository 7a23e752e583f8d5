"""How the tests run the command line: through its entry point, in this process, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from deployments.cli import main


class Done(NamedTuple):
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without anybody's settings, and a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("PHONEFLEET_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PHONEFLEET_HOME", str(tmp_path / "home"))
    return monkeypatch


@pytest.fixture
def run(clean: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `phonefleet` with arguments, and `PHONEFLEET_…` from keywords."""

    def run(*arguments: str, **settings: str) -> Done:
        for name, value in settings.items():
            clean.setenv(f"PHONEFLEET_{name.upper()}", value)
        clean.setattr(sys, "argv", ["phonefleet", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, said.out, said.err)

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
