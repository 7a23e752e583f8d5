"""Replay phones for the recordings of each file of tests, and the lane in which scripts run on them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from phonefleet.ledger.ledger import Ledger
from tests.device.conftest import running_adb_server
from tests.screens import real_apps
from tests.screens.lane import Lane, without_prefect
from tests.screens.phones import Fleet, replaying
from tests.screens.recording import Recording

PROFILES = Path(__file__).with_name("profiles")


@pytest.fixture(scope="session")
def adb_port() -> Iterator[int]:
    """The port of an adb server of our own."""
    with running_adb_server() as port:
        yield port


@pytest.fixture(scope="module")
def fleet(request: pytest.FixtureRequest, adb_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A phone for each of the file's `RECORDINGS`, with the faults of its `FAULT_RATE`."""
    module = cast("Any", request).module
    recordings: Mapping[str, Recording] = module.RECORDINGS
    rate: float = getattr(module, "FAULT_RATE", 0.0)
    with replaying(recordings, tmp_path_factory.mktemp("screens"), adb_port, rate) as fleet:
        yield fleet


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our own profiles: that of the made-up app, and those of real apps as a user extends them."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(PROFILES, home / "profiles")
    real_apps.extend(home / "profiles")
    return home


@pytest.fixture
def lane(fleet: Fleet, postgres_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lane]:
    """A lane with an empty ledger."""
    without_prefect(monkeypatch)
    with Ledger(postgres_url) as ledger:
        yield Lane(fleet, ledger, home)
