"""One real API process for the tests of this folder, on a database of its own, with two phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.launcher.ports import claim
from phonefleet.ledger import Ledger
from tests.cli.running import Done, Run, run_here, without_settings
from tests.databases import Databases
from tests.scheduling import GroupServers
from tests.security.process import NOWHERE, ApiProcess, running_api


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    with databases.lend() as url:
        with Ledger(url, pool_size=1) as ledger:
            for number in (1, 2):
                ledger.devices.seen(f"phone-{number}", "online", "host")
                ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}"])
        yield url


@pytest.fixture(scope="session")
def attacked(group_servers: GroupServers, database_url: str) -> Iterator[ApiProcess]:
    """An API without a token, on loopback; ask for `api`."""
    with group_servers.started(running_api(database_url)) as running:
        yield running


@pytest.fixture
def api(attacked: ApiProcess) -> ApiProcess:
    """The same: what a test has left in the ledger is there for the next."""
    return attacked


@pytest.fixture(scope="session")
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
