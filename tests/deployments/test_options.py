from __future__ import annotations

import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from deployments.launcher import ports
from deployments.launcher.external_database import DatabaseUnusable, external
from deployments.launcher.home import Home, HomeInUse
from deployments.launcher.options import LaunchOptions, OpenWithoutToken
from deployments.launcher.ports import PICKED, PortInUse, claim, free_block
from deployments.prefect_server import client_environment, server_environment
from phonefleet.errors import Permanent


@pytest.fixture
def options(tmp_path: Path) -> LaunchOptions:
    return LaunchOptions(tmp_path, api_port=0, prefect_port=0, virtual=3)


def test_a_port_of_zero_picks_a_free_one(options: LaunchOptions) -> None:
    checked = options.resolved()
    found = {checked.api_port, checked.prefect_port, checked.adb_port, checked.world_port}
    assert len(found) == 4
    assert 0 not in found


def test_ports_are_picked_once_and_where_the_system_gives_none_away() -> None:
    found = [claim(0, "--any") for _ in range(300)]
    assert len(set(found)) == 300
    assert set(found) <= set(PICKED)


def test_where_no_port_can_be_picked_the_system_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = busy.getsockname()[1]
        monkeypatch.setattr(ports, "PICKED", range(taken, taken + 1))
        assert claim(0, "--any") not in {0, taken}


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("api_port", "--api-port"),
        ("prefect_port", "--prefect-port"),
        ("adb_port", "--adb-port"),
        ("world_port", "--world-port"),
    ],
)
def test_a_busy_port_is_reported_with_the_option_that_chooses_another(
    options: LaunchOptions, field: str, option: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        busy = replace(options, **{field: port})
        with pytest.raises(PortInUse, match=rf"Port {port} is in use .* {option} "):
            busy.resolved()


def test_virtual_phones_never_use_the_users_adb_server(options: LaunchOptions) -> None:
    with pytest.raises(Permanent, match="--adb-port"):
        replace(options, adb_port=5037).resolved()


def test_real_phones_are_on_the_users_adb_server(options: LaunchOptions) -> None:
    checked = replace(options, virtual=0).resolved()
    assert (checked.adb_port, checked.addresses, checked.world_port) == (5037, [], 0)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104 - refused here
def test_the_api_is_never_open_to_the_network_without_a_token(options: LaunchOptions, host: str) -> None:
    with pytest.raises(OpenWithoutToken, match="PHONEFLEET_API_TOKEN"):
        replace(options, host=host).resolved()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_token(options: LaunchOptions, host: str) -> None:
    assert replace(options, host=host).resolved().host == host


def test_an_address_that_this_machine_does_not_have_is_reported(options: LaunchOptions) -> None:
    with pytest.raises(Permanent):
        replace(options, host="no.such.host.invalid", has_token=True).resolved()


def test_virtual_phones_get_ports_in_a_row(options: LaunchOptions) -> None:
    base = free_block(1)
    with socket.create_server(("127.0.0.1", base)):
        later = free_block(3, base)
    assert later > base
    assert replace(options, base_port=later).resolved().addresses[2] == f"127.0.0.1:{later + 2}"


def test_a_claimed_port_can_be_listened_on() -> None:
    socket.create_server(("127.0.0.1", claim(0, "--any"))).close()


def test_a_data_folder_serves_one_launcher_at_a_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with home.locked(), pytest.raises(HomeInUse, match=rf"process {os.getpid()}.*--home"), home.locked():
        pass
    with home.locked():
        assert home.prefect.is_dir()


def test_a_data_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Permanent, match="--home"), Home(tmp_path / "file" / "home").locked():
        pass


def test_prefects_server_sees_nothing_of_the_users_own_prefect(tmp_path: Path) -> None:
    users = {
        "PATH": "/bin",
        "PREFECT_API_URL": "https://api.example.org",
        "PREFECT_API_KEY": "secret",
        "PREFECT_PROFILE": "work",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///theirs.db",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "true",
    }
    ours = server_environment(tmp_path, "postgresql+asyncpg://ours", 4321, users)
    assert ours["PREFECT_API_URL"] == "http://127.0.0.1:4321/api"
    assert ours["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://ours"
    assert ours["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert ours["PATH"] == "/bin"
    assert not {"PREFECT_API_KEY", "PREFECT_PROFILE"} & ours.keys()


def test_the_settings_of_prefects_services_are_the_users_to_make(tmp_path: Path) -> None:
    users = {"PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "true", "PREFECT_LOGGING_LEVEL": "DEBUG"}
    ours = server_environment(tmp_path, "postgresql+asyncpg://ours", 4321, users)
    assert ours.items() >= users.items()


_VACUUM = "PREFECT_SERVER_SERVICES_DB_VACUUM"


def _prefect_keeps(tmp_path: Path, kept: timedelta | None, **users: str) -> tuple[str | None, str | None, str | None]:
    """Return what Prefect is told to delete, after how many seconds, and for how long it keeps events."""
    ours = server_environment(tmp_path, "postgresql+asyncpg://ours", 4321, users, kept=kept)
    names = (f"{_VACUUM}_ENABLED", f"{_VACUUM}_RETENTION_PERIOD", "PREFECT_SERVER_EVENTS_RETENTION_PERIOD")
    return cast("tuple[str | None, str | None, str | None]", tuple(ours.get(name) for name in names))


def test_prefect_keeps_ended_runs_as_long_as_the_ledger_keeps_tasks(tmp_path: Path) -> None:
    assert _prefect_keeps(tmp_path, timedelta(days=90)) == ("events,flow_runs", "7776000", None)
    assert _prefect_keeps(tmp_path, timedelta(days=2)) == ("events,flow_runs", "172800", "PT172800S")
    assert _prefect_keeps(tmp_path, None) == (None, None, None)
    assert _prefect_keeps(tmp_path, timedelta(days=90), **{f"{_VACUUM}_ENABLED": "events"})[0] == "events"


def test_clients_do_not_get_the_databases_password(tmp_path: Path) -> None:
    assert not any("DATABASE" in name for name in client_environment(tmp_path, 4321, {}))


def test_missing_databases_are_made_on_the_users_server(empty_postgres_url: str) -> None:
    url = empty_postgres_url.replace("/test_", "/made_")
    made = external(url.replace("+psycopg", ""), empty_postgres_url)
    assert made.ledger == url
    assert made.prefect == empty_postgres_url.replace("+psycopg", "+asyncpg")
    assert external(url, empty_postgres_url) == made


@pytest.mark.parametrize("url", ["sqlite:///x.db", "no url", "postgresql://host", "mysql://host/db"])
def test_only_a_postgresql_database_will_do(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="postgresql://"):
        external(url, None)


def test_a_server_that_does_not_answer_is_reported_without_its_password() -> None:
    url = f"postgresql://me:hidden@127.0.0.1:{claim(0, '')}/mine"
    with pytest.raises(DatabaseUnusable, match="cannot be used") as caught:
        external(url, None)
    assert "hidden" not in str(caught.value)
