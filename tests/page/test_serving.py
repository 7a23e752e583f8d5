"""What the API answers at `/`: the page and its files, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.answers.page import built, routes
from phonefleet.settings import Settings
from tests.api.conftest import NOWHERE, Call, callable_api
from tests.databases import Databases

Get = Callable[..., httpx.Response]
TOKEN = "a token that is long enough"  # noqa: S105 - of this test alone


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the one in which the page was built."""
    monkeypatch.setattr(routes, "built_page", lambda: built.built_page.__wrapped__(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def call(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """An API that wants a token."""
    with databases.lend() as url:
        home = tmp_path_factory.mktemp("home")
        settings = Settings(
            home=home, database_url=SecretStr(url), prefect_api_url=NOWHERE, api_token=SecretStr(TOKEN), rate_limit=0
        )
        with callable_api(settings) as api:
            yield api


@pytest.fixture
def get(call: Call) -> Get:
    """Ask without the token: `get("/")`."""

    def get(path: str, **headers: str) -> httpx.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return call("GET", f"http://localhost:50809{path}", headers=told)

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
