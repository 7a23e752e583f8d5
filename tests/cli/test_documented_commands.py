"""Every command of the page about the command line works, and together they reach every operation of the API.

What that page says is only parsed, and its example in Python, tests/docs looks at, as it does for all pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phonefleet.client import Client
from phonefleet.ledger import Ledger, StateChange
from tests.apk_files import apk
from tests.client.served import Served, fill, operation_of, served
from tests.docs.markdown import ROOT, blocks
from tests.docs.shell import commands
from tests.media_files import picture, video, written

PAGE = "docs/command-line.md"
ONLY_APART = {
    ("put", "/api/v1/apps/{app}/verifications"),
    ("delete", "/api/v1/devices/{serial}"),
    ("post", "/api/v1/session"),
    ("delete", "/api/v1/session"),
}
"""Operations that only commands reach which are parsed and not run here, and those that are for browsers."""
IN_THE_BROWSER = ("/api/v1/workshop/", "/api/v1/recordings")
"""Operations of the workshop: what the command line does of it, it does without a server."""
HANDS_ON = ("picture", "tap", "swipe", "type", "key")
NEEDS_MORE = {"health": 3, "devices screenshot": 5, "devices hierarchy": 5, "report --send": 5, "task watch 4": 1} | {
    f"devices {name} ": 5 for name in HANDS_ON
}
"""Exit codes of what cannot work here: there is no Prefect, phone or webhook, and all tasks end by being stopped."""


def lines() -> list[list[str]]:
    """Return the words of each command that the page says can be run, behind `phonefleet`."""
    run = [block for block in blocks(PAGE) if block.language == "sh" and not block.mark]
    return [list(command.ours or ()) for block in run for command in commands(block)]


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


def test_every_command_works_and_every_operation_is_reached(
    api: Served, postgres_url: str, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "bread.jpg", picture())
    written(tmp_path / "clip.mp4", video())
    written(tmp_path / "shop.apk", apk())
    shutil.copy(ROOT / "deployments" / "campaigns.yaml", tmp_path)
    for words in lines():
        if words[:2] == ["task", "watch"]:
            _stop_all(api)
        if words[:2] == ["task", "evidence"]:
            _fail(postgres_url, int(words[2]), tmp_path)
        done = run(*_here(words, api.url), api_url=api.url)
        expected = next((code for name, code in NEEDS_MORE.items() if " ".join(words).startswith(name)), 0)
        assert (words, done.returncode) == (words, expected), done.stderr + done.stdout
    every = {(method, path) for path, methods in api.document["paths"].items() for method in methods}
    every = {(method, path) for method, path in every if not path.startswith(IN_THE_BROWSER)}
    assert every - ONLY_APART == {operation_of(request, api.document) for request in api.requests}
