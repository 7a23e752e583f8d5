"""The doctor's look at the port without a password."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from deployments.cli.doctor.exposed import exposed, finding_of
from deployments.launcher.ports import claim
from phonefleet.device.exposure import Reach, is_here, reach
from phonefleet.settings import Settings


class _Server(BaseHTTPRequestHandler):
    """Answers as the uiautomator server does, or as another one."""

    said: ClassVar[bytes] = b"pong"

    def do_GET(self) -> None:
        body = self.said if self.path == "/ping" else b"not found"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        """Say nothing."""


class _Other(_Server):
    said = b"<html>"


@pytest.fixture(params=[_Server, _Other])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[int, Reach]]:
    """The port of a server, and what it should be taken for."""
    with HTTPServer(("127.0.0.1", 0), request.param) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, "open" if request.param is _Server else "closed"
        server.shutdown()
        thread.join()


def test_a_uiautomator_server_is_told_from_another_one(served: tuple[int, Reach]) -> None:
    port, expected = served
    assert reach("127.0.0.1", port) == expected


def test_a_port_that_nobody_listens_on_is_closed() -> None:
    assert reach("127.0.0.1", claim(0, "")) == "closed"


def test_a_server_that_says_nothing_understandable_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_hang_up, args=(listener,))
        thread.start()
        assert reach("127.0.0.1", listener.getsockname()[1]) == "none"
        thread.join()


def _hang_up(listener: socket.socket) -> None:
    listener.accept()[0].close()


def test_phones_that_answer_past_adb_are_named_with_advice() -> None:
    answers: dict[str, Reach] = {"10.0.0.1": "open", "10.0.0.2": "closed", "10.0.0.3": "none"}
    finding = finding_of({"USB1": "10.0.0.1", "10.0.0.2:5555": "10.0.0.2", "USB3": "10.0.0.3"}, answers.__getitem__)
    assert finding.good is None
    assert "USB1 work now" in finding.text
    assert "network of their own" in finding.text


def test_phones_that_do_nothing_now_are_named_too() -> None:
    finding = finding_of({"10.0.0.2:5555": "10.0.0.2"}, lambda _: "closed")
    assert (finding.good, "10.0.0.2:5555 can be reached" in finding.text) == (None, True)


def test_phones_that_cannot_be_reached_are_fine() -> None:
    assert finding_of({"10.0.0.2:5555": "10.0.0.2"}, lambda _: "none").good
    assert finding_of({}).good


def test_without_an_adb_server_there_is_nothing_to_look_at() -> None:
    assert exposed(Settings(adb_port=claim(0, ""))).good is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_virtual_phones_and_forwarded_ports_are_on_this_computer(host: str) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["192.168.1.2", "fe80::1%eth0", "phone.lan", ""])
def test_other_hosts_are_somewhere_in_the_network(host: str) -> None:
    assert not is_here(host)
