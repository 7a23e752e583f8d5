"""How a test runs the command line: in this process, through its entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Done, Run, run_here, without_settings


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `phonefleet` with arguments, and `PHONEFLEET_…` from keywords."""
    without_settings(monkeypatch, tmp_path / "home")

    def run(*arguments: str, **settings: str) -> Done:
        return run_here(monkeypatch, capsys, arguments, settings)

    return run
