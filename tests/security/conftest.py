"""One real API process for the tests of a file, on a database of its own, with two phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.launcher.ports import claim
from phonefleet.ledger import Ledger
from tests.cli.running import Done, Run, run_here, without_settings
from tests.databases import Databases
from tests.security.process import NOWHERE, ApiProcess, running_api


@pytest.fixture(scope="module")
def database_url(databases: Databases) -> Iterator[str]:
    with databases.lend() as url:
        with Ledger(url, pool_size=1) as ledger:
            for number in (1, 2):
                ledger.devices.seen(f"phone-{number}", "online", "host")
                ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}"])
        yield url


@pytest.fixture(scope="module")
def api(database_url: str) -> Iterator[ApiProcess]:
    """An API without a token, on loopback."""
    with running_api(database_url) as running:
        yield running


@pytest.fixture(scope="module")
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger(database_url, pool_size=2) as opened:
        yield opened


@pytest.fixture
def api_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `phonefleet api` in this process, for what keeps it from starting."""
    without_settings(monkeypatch, tmp_path / "home")

    def run(**settings: str) -> Done:
        given = {"prefect_api_url": NOWHERE, **settings}
        return run_here(monkeypatch, capsys, ["api", "--api-port", str(claim(0, ""))], given)

    return run
