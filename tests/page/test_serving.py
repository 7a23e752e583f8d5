"""What the API answers at `/`: the page and its files, or why there is none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.answers.page import built, routes
from api.app import create_app
from api.persons.identity import Identities
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings

Get = Callable[..., httpx.Response]
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
TOKEN = "a token that is long enough"  # noqa: S105 - of this test alone


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the one in which the page was built."""
    monkeypatch.setattr(routes, "built_page", lambda: built.built_page.__wrapped__(tmp_path))
    return tmp_path


@pytest.fixture
def get(tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Ask an API that wants a token: `get("/")`; the page needs neither its database nor Prefect."""
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        database_url=SecretStr(NOWHERE),
        api_token=SecretStr(TOKEN),
    )
    app = create_app(settings)
    app.state.identities = Identities(settings, Ledger(NOWHERE, pool_size=1), SystemClock())
    transport = httpx.ASGITransport(app)

    async def ask(path: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:50809") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def get(path: str, **headers: str) -> httpx.Response:
        return asyncio.run(ask(path, **headers))

    return get


def fill(folder: Path) -> None:
    (folder / "page").mkdir()
    (folder / "index.html").write_text("<script src='./page/index-1a.js'></script>", encoding="utf-8")
    (folder / "page" / "index-1a.js").write_text("let phone;" * 100, encoding="utf-8")


def test_the_page_comes_without_a_token_and_its_policy_allows_its_own_files_alone(folder: Path, get: Get) -> None:
    fill(folder)
    answer = get("/")
    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert get("/api/v1/task").status_code == 401


def test_files_with_hashed_names_are_kept_for_ever_and_come_compressed(folder: Path, get: Get) -> None:
    fill(folder)
    plain = get("/page/index-1a.js", accept_encoding="identity")
    small = get("/page/index-1a.js", accept_encoding="gzip")
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/javascript")
    assert (small.headers["content-encoding"], small.text) == ("gzip", plain.text)
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])


@pytest.mark.parametrize("path", ["/page/", "/page/other.js", "/page/..%2Findex.html", "/page/../built.py"])
def test_nothing_else_is_served_below_the_page(folder: Path, get: Get, path: str) -> None:
    fill(folder)
    assert get(path, authorization=f"Bearer {TOKEN}").status_code == 404


def test_without_a_build_the_page_says_why_and_what_to_do_in_both_languages(folder: Path, get: Get) -> None:
    (folder / "missing.txt").write_text("npm ended with 1: <no network>", encoding="utf-8")
    answer = get("/")
    assert answer.status_code == 503
    assert "npm ended with 1: &lt;no network&gt;" in answer.text
    assert re.search(r"not built.*uv sync --reinstall-package phonefleet.*не собрана", answer.text, re.DOTALL)
