"""What a command loads before it does something: nothing that it does not need. No test here measures time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deployments.cli.app import COMMANDS
from deployments.cli.shared.groups import summary_of
from tests.client.served import fill, served

HEAVY = (
    "PIL", "adbutils", "alembic", "fastapi", "httpx", "lxml", "openai", "prefect", "psycopg", "pydantic",
    "pydantic_settings", "sqlalchemy", "uiautomator2", "uvicorn",
)  # fmt: skip
"""What takes longer to load than all that a small command does."""

_TELL = f"print('HEAVY', [name for name in {(*HEAVY, 'rich')} if name in sys.modules], file=sys.stderr)"


def _loaded_by(code: str, environment: Mapping[str, str] | None = None) -> str:
    """Return which heavy modules a program has loaded at its end."""
    whole = f"import atexit, sys; atexit.register(lambda: {_TELL})\n{code}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PHONEFLEET_", "_PHONEFLEET"))}
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, env=kept | dict(environment or {})
    )
    assert "HEAVY" in done.stderr, done.stderr
    return done.stderr.strip().rpartition("HEAVY ")[2]


def _called(*words: str) -> str:
    return f"sys.argv = {['phonefleet', *words]!r}\nfrom deployments.cli import main\nmain()"


@pytest.mark.parametrize("words", [(), ("--help",), ("task", "--help"), ("task", "list", "--help"), ("nonsense",)])
def test_help_comes_without_loading_anything_heavy(words: tuple[str, ...]) -> None:
    assert _loaded_by(_called(*words)) == "[]"


def test_every_command_is_there_without_anything_heavy() -> None:
    assert _loaded_by("from deployments.cli.app import COMMANDS\n[each.load() for each in COMMANDS]") == "[]"


@pytest.mark.parametrize("typed", ["phonefleet ", "phonefleet task ", "phonefleet task list --"])
def test_a_shell_completes_words_without_loading_anything_heavy(typed: str) -> None:
    place = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_PHONEFLEET_COMPLETE": "complete_bash"}
    assert _loaded_by(_called(), place) == "[]"


def test_a_list_of_tasks_needs_only_a_small_client_and_a_table(postgres_url: str, tmp_path: Path) -> None:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as api:
        loaded = _loaded_by(_called("task", "list"), {"PHONEFLEET_API_URL": api.url, "PHONEFLEET_HOME": str(tmp_path)})
    assert loaded == "['rich']"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_root_says_of_a_command_what_it_says_itself(command: object) -> None:
    [found] = [each for each in COMMANDS if each is command]
    loaded = found.load()
    assert summary_of(loaded.short_help or loaded.help) == found.summary


def test_a_shell_is_offered_the_commands_of_a_group() -> None:
    place = {"COMP_WORDS": "phonefleet task re", "COMP_CWORD": "2", "_PHONEFLEET_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{_called()}"], capture_output=True, text=True, check=False,
        env={**os.environ, **place},
    )  # fmt: skip
    assert done.stdout.split() == ["retry", "retry-all"]


@pytest.mark.parametrize(
    ("name", "value"), [("API_PORT", "many"), ("API_TOKEN", "short"), ("TIMEZONE", "Mars/North"), ("RATE_LIMIT", "x")]
)
def test_a_wrong_setting_is_told_by_commands_that_do_not_read_it_too(name: str, value: str, tmp_path: Path) -> None:
    environment = {"PHONEFLEET_HOME": str(tmp_path), f"PHONEFLEET_{name}": value}
    done = subprocess.run(
        [sys.executable, "-m", "deployments.cli", "task", "list"], capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert (done.returncode, f"PHONEFLEET_{name}" in done.stderr) == (1, True), done.stderr


def test_a_running_fleet_is_found_by_its_data_folder(postgres_url: str, tmp_path: Path) -> None:
    with served(postgres_url, tmp_path) as api:
        (tmp_path / "endpoints.json").write_text(json.dumps({"api": api.url}), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "deployments.cli", "task", "list", "--json"], capture_output=True, text=True,
            check=True, env={**os.environ, "PHONEFLEET_HOME": str(tmp_path)},
        )  # fmt: skip
    assert json.loads(done.stdout) == []


def test_prefects_server_loads_neither_the_ledger_nor_what_works_on_phones() -> None:
    code = (
        "import sys, deployments.prefect_app\n"
        "print([name for name in sys.modules if name.startswith(('phonefleet.ledger', 'uiautomator2', 'flows'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
