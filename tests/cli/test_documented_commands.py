"""Every command line of the documentation works, and together they reach every operation of the API."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer.main

from deployments.cli.app import app
from phonefleet.client import Client
from phonefleet.ledger import Ledger, StateChange
from tests.client.served import Served, fill, operation_of, served
from tests.media_files import picture, video, written

DOCS = Path(__file__).parents[2] / "docs" / "command-line.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
APART = ("up", "demo", "virtual", "doctor", "database", "profile check")
"""What starts things, or looks at this computer: parsed here, run by other tests."""
ONLY_APART = {("put", "/api/v1/apps/{app}/verifications")}
"""Operations that only those reach."""
NEEDS_MORE = {"health": 3, "devices screenshot": 5, "devices hierarchy": 5, "task watch 4": 1}
"""Exit codes of what cannot work here: there are neither Prefect nor phones, and all tasks end by being stopped."""


def lines() -> list[list[str]]:
    """Return the words of each command, without what a shell does with its output."""
    text = "\n".join(BLOCK.findall(DOCS.read_text(encoding="utf-8")))
    words = (shlex.split(line, comments=True) for line in text.splitlines())
    return [_before_redirection(each)[1:] for each in words if each]


def _before_redirection(words: list[str]) -> list[str]:
    ends = [place for place, word in enumerate(words) if word in {"|", ">"}]
    return words[: ends[0]] if ends else words


def _apart(words: list[str]) -> bool:
    return f"{' '.join(words)} ".startswith(tuple(f"{name} " for name in APART))


def _here(words: list[str], url: str) -> list[str]:
    """Return a command that talks to this API and comes to an end."""
    words = [word.replace("http://localhost:50809", url) for word in words]
    ends = {"events": ["--limit", "1"], "top": ["--once"]}
    return words + ends.get(" ".join(words), [])


def _stop_all(api: Served) -> None:
    with Client(api.url) as client:
        for task in list(client.iter_tasks(status=0)):
            client.stop_task(task["id"])


def _fail(database_url: str, task_id: int, home: Path) -> None:
    """Let a task have failed, as a worker does it: with a picture beside it."""
    folder = home / "evidence"
    folder.mkdir()
    (folder / "seen.png").write_bytes(b"picture")
    result = {"artifacts": [{"kind": "screenshot", "path": "seen.png", "remark": "gone"}]}
    with Ledger(database_url, pool_size=1) as ledger:
        ledger.tasks.project(task_id, StateChange("FAILED", "Failed", datetime.now(UTC), result=result))


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("words", [words for words in lines() if _apart(words)], ids=" ".join)
def test_what_starts_things_is_written_as_the_command_line_takes_it(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    assert command.make_context("phonefleet", list(words)).params


def test_the_example_in_python_runs(api: Served) -> None:
    [program] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    here = program.replace("http://localhost:50809", api.url)
    done = subprocess.run(
        [sys.executable, "-c", here], capture_output=True, text=True, check=False, cwd=DOCS.parents[1]
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("40901 ")
    assert "pending" in done.stdout


def test_every_command_works_and_every_operation_is_reached(
    api: Served, postgres_url: str, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "bread.jpg", picture())
    written(tmp_path / "clip.mp4", video())
    shutil.copy(DOCS.parents[1] / "deployments" / "campaigns.yaml", tmp_path)
    for words in lines():
        if words[:2] == ["task", "watch"]:
            _stop_all(api)
        if words[:2] == ["task", "evidence"]:
            _fail(postgres_url, int(words[2]), tmp_path)
        if not _apart(words):
            done = run(*_here(words, api.url), api_url=api.url)
            expected = next((code for name, code in NEEDS_MORE.items() if " ".join(words).startswith(name)), 0)
            assert (words, done.returncode) == (words, expected), done.stderr + done.stdout
    every = {(method, path) for path, methods in api.document["paths"].items() for method in methods}
    assert every - ONLY_APART == {operation_of(request, api.document) for request in api.requests}
