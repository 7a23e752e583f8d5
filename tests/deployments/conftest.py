"""What the tests of the launcher share: small programs to run, and a way to wait for conditions."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from deployments.supervision.records import Records
from deployments.supervision.service import Child, Program
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal

PATIENCE = 150.0
"""Seconds after which a condition counts as never coming true; all come within a few on an idle machine."""

Until = Callable[[Callable[[], object]], None]


class MakeChild(Protocol):
    """Makes a child that runs a line of Python."""

    def __call__(self, name: str, code: str, ready: Callable[[], bool] = ...) -> Child: ...


@pytest.fixture
def until() -> Until:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "the condition never came true"
            time.sleep(0.02)

    return wait


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder that the database's user can enter, as pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="phonefleet-home-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def child(tmp_path: Path) -> MakeChild:
    def make(name: str, code: str, ready: Callable[[], bool] = lambda: True) -> Child:
        command = [sys.executable, "-c", code]
        return Child(Program(name, command, dict(os.environ), tmp_path / f"{name}.log", ready, folder=tmp_path))

    return make


@pytest.fixture
def stop() -> StopSignal:
    return StopSignal()


@pytest.fixture
def said() -> list[str]:
    """What the supervisor has told people."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, stop: StopSignal, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(Records(tmp_path / "run"), stop, said.append)
    yield made
    hurry = StopSignal()
    hurry.set("the test is over")
    made.stop_all(hurry)
