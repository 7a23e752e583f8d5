from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import typer.main

from deployments.cli.app import app
from deployments.cli.shared.lazy import LazyGroup
from deployments.launcher.home import Home
from deployments.launcher.ports import claim


class Done(Protocol):
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command by its words, groups too."""
    yield path
    for name, inner in getattr(group, "commands", {}).items():
        yield from _commands(group.loaded(name) if isinstance(group, LazyGroup) else inner, (*path, name))


COMMANDS = list(_commands(typer.main.get_command(app)))
GROUPS = [(), ("task",), ("profile",), ("campaign",), ("chaos",)]
"""What only lists its commands when it is called alone."""


@pytest.fixture
def busy() -> Iterator[str]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield str(taken.getsockname()[1])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage: " in done.stdout


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in GROUPS], ids=" ".join)
def test_help_teaches_by_example(run: Run, command: tuple[str, ...]) -> None:
    example = run(*command, "--help").stdout.partition("Example")[2]
    assert f"phonefleet {' '.join(command)}" in example


def test_the_version_is_told(run_apart: Run) -> None:
    assert run_apart("--version").stdout.startswith("phonefleet ")


@pytest.mark.parametrize("option", ["--api-port", "--prefect-port", "--world-port", "--adb-port"])
@pytest.mark.parametrize("command", [("up", "--virtual", "1"), ("demo",)], ids=" ".join)
def test_a_busy_port_is_one_red_line_that_names_the_option(
    run: Run, busy: str, command: tuple[str, ...], option: str
) -> None:
    others = [f"--{name}-port=0" for name in ("api", "prefect", "world", "adb") if f"--{name}-port" != option]
    done = run(*command, *others, option, busy)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: Port {busy} is in use")
    assert f"{option} " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_failed_demo_is_json_too_when_json_is_asked_for(run: Run, busy: str) -> None:
    done = run("demo", "--json", "--api-port", busy)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"]) == (1, False)
    assert "--api-port" in answer["problems"][0]


def test_the_api_is_not_opened_to_the_network_without_a_token(run: Run) -> None:
    done = run("up", "--host", "0.0.0.0", "--api-port", "0", "--prefect-port", "0")  # noqa: S104 - refused here
    assert (done.returncode, "PHONEFLEET_API_TOKEN" in done.stderr) == (1, True)


def test_a_data_folder_in_use_is_reported(run: Run, tmp_path: Path) -> None:
    with Home(tmp_path / "home").locked():
        done = run("up", "--api-port", "0", "--prefect-port", "0")
    assert done.returncode == 1
    assert "Another phonefleet" in done.stderr
    assert "--home" in done.stderr


def test_a_wrong_setting_in_the_environment_is_named(run: Run) -> None:
    done = run("up", api_port="many")
    assert done.returncode == 1
    assert "PHONEFLEET_API_PORT" in done.stderr


def test_a_wrong_database_url_is_reported_before_anything_starts(run: Run) -> None:
    done = run("up", "--database-url", "sqlite:///x", "--api-port", "0", "--prefect-port", "0")
    assert done.returncode == 1
    assert "only PostgreSQL" in done.stderr


def test_the_api_alone_says_what_it_needs(run: Run) -> None:
    done = run("api")
    assert done.returncode == 1
    assert "PHONEFLEET_DATABASE_URL" in done.stderr


def test_the_worker_alone_says_what_it_needs(run_apart: Run) -> None:
    done = run_apart("worker")
    assert done.returncode == 1
    assert "PHONEFLEET_DATABASE_URL" in done.stderr


@pytest.mark.parametrize(
    "command",
    [("task", "stats"), ("task", "list"), ("task", "get", "1"), ("task", "watch"), ("devices",), ("accounts",)],
    ids=" ".join,
)
def test_an_api_that_does_not_answer_is_reported_with_advice(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "--api", f"http://127.0.0.1:{claim(0, '')}")
    assert done.returncode == 3
    assert "is `phonefleet up` running?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "advice"),
    [
        (("task", "create", "follow", "--config", "{"), 1, "not JSON"),
        (("task", "create", "follow", "--config", "[]"), 1, "JSON object"),
        (("task", "list", "--status", "lost"), 2, "'pending', 'running', 'completed', 'failed'"),
        (("task", "list", "--after", "yesterday"), 2, "yesterday"),
        (("task", "get", "many"), 2, "valid integer"),
        (("devices", "set", "x", "--alias", "a", "--no-alias"), 1, "not both"),
        (("devices", "fly"), 2, "fly"),
    ],
)
def test_wrong_input_is_explained(run: Run, arguments: tuple[str, ...], code: int, advice: str) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert advice in done.stderr


def test_virtual_phones_keep_out_of_the_ports_that_adb_takes_for_emulators(run: Run) -> None:
    done = run("virtual", "--base-port", "5560")
    assert done.returncode == 1
    assert "--base-port" in done.stderr


def test_the_doctor_looks_at_everything(run: Run) -> None:
    done = run("doctor", "--api", f"http://127.0.0.1:{claim(0, '')}")
    for what in ("Python", "adb", "phones", "port 9008", "database", "data folder", "API"):
        assert what in done.stdout


def test_a_folder_among_the_files_to_add_is_named(run: Run, tmp_path: Path) -> None:
    done = run("media", "add", str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path} is a folder" in done.stderr


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    done = run("media", "add", str(tmp_path / "bread.jpg"))
    assert (done.returncode, "bread.jpg cannot be read" in done.stderr) == (1, True)


def test_a_file_in_place_of_a_data_folder_is_one_red_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note").touch()
    done = run("up", "--home", str(tmp_path / "note"), "--api-port", "0", "--prefect-port", "0")
    assert (done.returncode, "choose another with --home" in done.stderr.replace("Choose", "choose")) == (1, True)


@pytest.mark.parametrize("command", [("task", "list"), ("doctor",)])
def test_the_data_folder_of_another_user_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], tmp_path: Path
) -> None:
    read = Path.read_text

    def refuse(path: Path, *args: Any, **more: Any) -> str:
        if path.name == "endpoints.json":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **more)

    monkeypatch.setattr(Path, "read_text", refuse)
    done = run(*command, "--home", str(tmp_path))
    assert done.returncode == 1
    assert "Permission denied" in done.stderr + done.stdout
    assert "--home" in done.stderr + done.stdout
