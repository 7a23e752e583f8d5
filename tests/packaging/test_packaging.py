"""What starts Phonefleet by itself names options, settings, files and users that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from deployments.cli.app import app
from phonefleet.defaults import API_PORT
from phonefleet.settings import Settings
from tests.docs.shell import loaded

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
UNITS = sorted(PACKAGING.glob("systemd/*.service"))
COMPOSE_FILES = sorted(PACKAGING.glob("compose/*/compose.yaml"))
PROGRAM = "/opt/phonefleet/.venv/bin/phonefleet"
FILLED_IN = dict.fromkeys(("TOKEN", "DATABASE_PASSWORD", "NAME", "URL", "FINGERPRINT"), "filled-in-0123456789")


def test_there_are_a_main_host_and_a_joined_one() -> None:
    assert [unit.name for unit in UNITS] == ["phonefleet-joined.service", "phonefleet.service"]
    assert [file.parent.name for file in COMPOSE_FILES] == ["joined-host", "main-host"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    command = ["systemd-analyze", "verify", "--man=no", str(here)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    service = _service(unit)
    program, *words = shlex.split(service["ExecStart"])
    assert program == PROGRAM
    _check_command(words)
    _check_settings(name for name in re.findall(r"PHONEFLEET_\w+", unit.read_text()))
    page = ROOT / Path(_section(unit, "Unit")["Documentation"].removeprefix("file://")).relative_to("/opt/phonefleet")
    assert page.exists()


def test_the_settings_of_the_main_host_exist() -> None:
    _check_settings(re.findall(r"PHONEFLEET_\w+", (PACKAGING / "systemd" / "main.env").read_text()))


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.parent.name)
def test_the_containers_start_commands_that_exist_with_settings_that_exist(file: Path) -> None:
    services: dict[str, Any] = yaml.safe_load(file.read_text())["services"]
    ours = [service for service in services.values() if service["image"] == "phonefleet"]
    assert ours
    for service in ours:
        _check_command(service["command"])
        _check_settings(service["environment"])
        assert (file.parent / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).exists()
    assert all(port.split(":")[0] in {str(API_PORT), "4200"} for one in ours for port in one.get("ports", ()))


def _compose() -> list[str] | None:
    """Return the program that reads Compose files: Docker's plugin, or the one before it; None where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "version"], check=False, capture_output=True).returncode
        ):
            return command
    return None


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.parent.name)
def test_docker_compose_finds_nothing_wrong_with_a_file(file: Path) -> None:
    command = _compose()
    if command is None:
        pytest.skip("neither docker compose nor docker-compose here")
    filled_in = {**FILLED_IN, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "-f", str(file), "config"], env=filled_in, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert "filled-in-0123456789" in str(services)


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.parent.name)
def test_a_file_says_what_must_be_filled_in(file: Path) -> None:
    command = _compose()
    if command is None:
        pytest.skip("neither docker compose nor docker-compose here")
    done = subprocess.run(
        [*command, "-f", str(file), "config"],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert re.search(r"a password for the database|the address of the main host|the token", done.stderr)


def _service(unit: Path) -> dict[str, str]:
    return _section(unit, "Service")


def _section(unit: Path, name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] - as systemd has it, case counts
    parser.read(unit)
    return dict(parser[name])


def _check_settings(names: Any) -> None:
    known = {f"PHONEFLEET_{name.upper()}" for name in Settings.model_fields}
    for command in ("join", "up"):
        found = loaded(typer.main.get_command(app), command)
        known |= {str(option.envvar) for option in found.params if option.envvar}
    assert [name for name in names if name not in known] == []


def _check_command(words: list[str]) -> None:
    """See that a command and its options exist."""
    found = loaded(typer.main.get_command(app), words[0])
    options = {name for option in found.params for name in option.opts}
    assert [word for word in words if word.startswith("--") and word not in options] == []
