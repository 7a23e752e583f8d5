"""A host believes nobody but the main host that was meant, and sends no token in the clear through a network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.edge.listeners import Server, listeners
from deployments.launcher.ports import claim
from phonefleet.client import Client
from phonefleet.hosts.authority import fetched_authority
from phonefleet.tls.files import certificates, fingerprint
from phonefleet.tls.own import OwnCertificate
from phonefleet.tls.trust import NotTrusted
from tests.cli.running import Run, run_here, without_settings
from tests.integration.stack import until

TOKEN = "ph_host_0123456789abcdef"  # noqa: S105 - made up


class MainHost:
    """Something that answers over TLS as a main host's API does when it is asked for its authority."""

    def __init__(self, folder: Path) -> None:
        self.own = OwnCertificate(folder)
        self.own.make([], datetime.now(UTC))
        self.port = claim(0, "")
        self.told: object = {"data": {"pem": self.own.authority.read_text()}}
        self.tokens: list[str] = []
        config = uvicorn.Config(Starlette(routes=[Route("/{path:path}", self._answer)]), log_config=None)
        self.server = Server(config, listeners("127.0.0.1", self.port, self.own.files, None))

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def _answer(self, request: Request) -> JSONResponse:
        self.tokens += [request.headers[name] for name in request.headers if name == "authorization"]
        return JSONResponse(self.told)


@pytest.fixture
def main(tmp_path: Path) -> Iterator[MainHost]:
    found = MainHost(tmp_path / "main")
    thread = threading.Thread(target=found.server.run)
    thread.start()
    until("the server", lambda: found.server.started)
    yield found
    found.server.should_exit = True
    thread.join()


def _of(own: OwnCertificate) -> str:
    return fingerprint(certificates(own.authority)[0])


def test_the_authority_is_fetched_and_judged_by_its_fingerprint(main: MainHost, tmp_path: Path) -> None:
    assert fetched_authority(main.url, _of(main.own)) == main.own.authority.read_text()
    other = OwnCertificate(tmp_path / "other")
    other.make([], datetime.now(UTC))
    with pytest.raises(NotTrusted, match="not the one with the fingerprint"):
        fetched_authority(main.url, _of(other))


@pytest.mark.parametrize("told", [{}, {"data": None}, {"data": {"pem": 5}}, [], {"data": {"pem": "-----BEGIN"}}])
def test_what_tells_no_authority_is_refused(main: MainHost, told: object) -> None:
    main.told = told
    with pytest.raises(NotTrusted):
        fetched_authority(main.url, _of(main.own))


def test_nobody_answers(tmp_path: Path) -> None:
    own = OwnCertificate(tmp_path)
    own.make([], datetime.now(UTC))
    with pytest.raises(NotTrusted, match="Nothing answers"):
        fetched_authority(f"https://127.0.0.1:{claim(0, '')}", _of(own))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    without_settings(monkeypatch, tmp_path)
    return lambda *words: run_here(monkeypatch, capsys, words, {})


def test_join_shows_its_token_to_no_other_server(main: MainHost, run: Run, tmp_path: Path) -> None:
    other = OwnCertificate(tmp_path / "other")
    other.make([], datetime.now(UTC))
    home = ["--home", str(tmp_path / "home"), "--token", TOKEN]
    for words in (
        ["--ca-fingerprint", _of(other)],
        ["--ca", str(other.authority)],
        [],
    ):
        done = run("join", main.url, *home, *words)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert main.tokens == []


@pytest.mark.parametrize("by", ["argument", "setting"])
def test_clients_and_commands_trust_the_authority_that_they_are_told(
    main: MainHost, run: Run, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    main.told = {"code": 0, "message": "success", "data": {"status": "ok", "remark": None}}
    if by == "argument":
        with Client(main.url, authority=main.own.authority) as client, client.another() as another:
            another.is_alive()
        return
    assert run("health", "--api", main.url).returncode == 3
    monkeypatch.setenv("PHONEFLEET_TLS_CA", str(main.own.authority))
    assert run("health", "--api", main.url).returncode == 0
    monkeypatch.setenv("PHONEFLEET_TLS_CA", "missing.pem")
    done = run("health", "--api", main.url)
    assert (done.returncode, "missing.pem holds no certificates to trust" in done.stderr) == (1, True)


def test_join_sends_no_token_in_the_clear_through_a_network(run: Run, tmp_path: Path) -> None:
    done = run("join", "http://192.0.2.1:50809", "--home", str(tmp_path), "--token", TOKEN)
    assert done.returncode == 1
    assert "http://192.0.2.1:50809 is not encrypted" in done.stderr
    assert "--insecure-network" in done.stderr
