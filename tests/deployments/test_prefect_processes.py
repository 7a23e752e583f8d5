"""Several processes of Prefect's server need a Redis, and what speaks to it."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from deployments.cli.running import launching
from deployments.cli.running.launching import LaunchArguments, launch_options
from deployments.launcher.database import Databases
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.programs import Programs
from phonefleet.errors import Permanent
from phonefleet.settings import Settings

GIVEN: LaunchArguments = {
    "home": None, "host": None, "api_port": None, "prefect_port": None, "adb_port": None, "world_port": 0,
    "virtual": 0, "database_url": None, "seed": None, "fault_rate": 0.0, "log_level": None,
}  # fmt: skip
REDIS = "redis://:hush-0123456789@127.0.0.1:6379"


def test_several_processes_share_events_and_leases_and_keep_their_jobs_to_themselves(tmp_path: Path) -> None:
    options = LaunchOptions(tmp_path, redis_url=REDIS, prefect_processes=2)
    environment = Programs(Home(tmp_path), options, Databases("", "")).prefect().environment
    assert environment["PHONEFLEET_PREFECT_PROCESSES"] == "2"
    assert environment["PREFECT_MESSAGING_BROKER"] == "prefect_redis.messaging"
    assert environment["PREFECT_REDIS_MESSAGING_URL"] == REDIS
    assert "PREFECT_SERVER_DOCKET_URL" not in environment
    alone = Programs(Home(tmp_path), replace(options, redis_url=None), Databases("", "")).prefect().environment
    assert not [name for name in alone if "REDIS" in name or "MESSAGING" in name]


def test_several_processes_without_a_redis_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_PREFECT_PROCESSES", "2")
    with pytest.raises(Permanent, match="needs PHONEFLEET_REDIS_URL"):
        launch_options(GIVEN)
    monkeypatch.setenv("PHONEFLEET_REDIS_URL", REDIS)
    assert launch_options(GIVEN).prefect_processes == 2
    assert launch_options(GIVEN, isolated=True).redis_url is None


def no_module(_: str) -> None:
    """Find no module, whatever its name."""


def test_what_speaks_to_redis_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_REDIS_URL", REDIS)
    assert importlib.util.find_spec("prefect_redis") is not None
    monkeypatch.setattr(launching, "find_spec", no_module)
    with pytest.raises(Permanent, match="needs the package prefect-redis"):
        launch_options(GIVEN)


def test_a_password_of_redis_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_REDIS_URL", REDIS)
    assert "hush" not in repr(Settings())
    assert "hush-0123456789" in Settings().secrets
    assert "hush" not in repr(launch_options(GIVEN))
