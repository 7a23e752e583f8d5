"""A server listens for others over TLS and for this computer without; a renewed certificate is shown at once."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.edge.listeners import Server, listeners
from deployments.launcher.ports import claim
from phonefleet.client.transport import Transport, Unreachable
from phonefleet.tls.own import OwnCertificate
from phonefleet.tls.serving import server_context
from phonefleet.tls.trust import client_context
from tests.integration.stack import until

PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Served:
    """A server over TLS at `port`, and without at `local_port` of loopback."""

    own: OwnCertificate
    port: int
    local_port: int

    def ask(self, url: str, authority: Path | None = None) -> str:
        http = Transport(url, {}, PATIENCE, authority and client_context(authority))
        try:
            return http.request("GET", "/").text
        finally:
            http.close()


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    made = OwnCertificate(tmp_path / "tls")
    made.make([], datetime.now(UTC))
    return made


@pytest.fixture
def served(own: OwnCertificate) -> Iterator[Served]:
    found = Served(own, claim(0, ""), claim(0, ""))
    with _running(Server(_config(), listeners("0.0.0.0", found.port, own.files, found.local_port))):  # noqa: S104 - to be called by another address
        yield found


def _config() -> uvicorn.Config:
    async def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.scheme)

    return uvicorn.Config(Starlette(routes=[Route("/", tell)]), log_config=None, access_log=False)


@contextmanager
def _running(server: Server) -> Generator[None]:
    thread = threading.Thread(target=server.run)
    thread.start()
    until("the server", lambda: server.started)
    yield
    server.should_exit = True
    thread.join()


def test_others_are_served_over_tls_and_this_computer_without(served: Served) -> None:
    assert served.ask(f"https://localhost:{served.port}", served.own.authority) == "https"
    assert served.ask(f"https://127.0.0.1:{served.port}", served.own.authority) == "https"
    assert served.ask(f"http://127.0.0.1:{served.local_port}") == "http"
    with pytest.raises(Unreachable):
        served.ask(f"http://127.0.0.1:{served.port}")


def test_who_does_not_know_the_authority_or_calls_another_name_is_not_fooled(served: Served, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="certificate verify failed"):
        served.ask(f"https://127.0.0.1:{served.port}")
    other = OwnCertificate(tmp_path / "other")
    other.make([], datetime.now(UTC))
    with pytest.raises(Unreachable, match="certificate verify failed"):
        served.ask(f"https://127.0.0.1:{served.port}", other.authority)
    with pytest.raises(Unreachable, match="certificate"):
        served.ask(f"https://127.0.0.2:{served.port}", served.own.authority)


def test_a_renewed_certificate_is_shown_to_the_next_who_connects(served: Served) -> None:
    before = _shown(served)
    served.own.files.certificate.unlink()
    served.own.make([], datetime.now(UTC))
    assert _shown(served) != before


def test_while_a_renewed_certificate_cannot_be_used_the_old_one_goes_on(served: Served) -> None:
    before = _shown(served)
    whole = served.own.files.certificate.read_text()
    served.own.files.certificate.write_text("half of a file")
    assert _shown(served) == before
    served.own.files.certificate.write_text(whole)
    assert _shown(served) == before


def _shown(served: Served) -> bytes | None:
    """Return the certificate that is shown to a client which sends no name."""
    context = ssl.create_default_context(cafile=str(served.own.authority))
    context.check_hostname = False
    with (
        socket.create_connection(("127.0.0.1", served.port)) as plain,
        context.wrap_socket(plain) as connection,
    ):
        return connection.getpeercert(binary_form=True)


def test_old_versions_of_tls_are_refused(served: Served) -> None:
    context = ssl.create_default_context(cafile=str(served.own.authority))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", served.port)) as plain,
        pytest.raises(ssl.SSLError),
        context.wrap_socket(plain, server_hostname="localhost"),
    ):
        pass


def test_files_that_cannot_be_used_end_a_start(own: OwnCertificate) -> None:
    own.files.key.write_text("no key")
    with pytest.raises(OSError, match="PEM"):
        server_context(own.files)


def test_a_port_that_is_taken_ends_the_start(own: OwnCertificate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = Server(_config(), listeners("127.0.0.1", taken.getsockname()[1], own.files, None))
        with pytest.raises(SystemExit):
            server.run()
