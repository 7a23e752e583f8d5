"""The harness itself: a namespace is a computer of its own, and a link delays, loses and cuts what it carries."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.hosts.namespaces import Link, Namespace, Passage, namespaces, refusal

WHY = refusal()
pytestmark = pytest.mark.skipif(WHY is not None, reason=WHY or "")
NEAR, FAR = "10.77.3.1", "10.77.3.2"


@pytest.fixture
def pair() -> Iterator[list[Namespace]]:
    with namespaces("one", "two") as made:
        yield made


@pytest.fixture
def link(pair: list[Namespace]) -> Iterator[Link]:
    with Link(pair[0], NEAR, pair[1], FAR) as made:
        yield made


def _echo(namespace: Namespace, address: str) -> int:
    """Answer what one caller sends, once; return the port."""
    server = namespace.call(lambda: socket.create_server((address, 0)))

    def serve() -> None:
        with server, server.accept()[0] as caller:
            while data := caller.recv(65536):
                caller.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def _said_back(namespace: Namespace, address: str, port: int, said: bytes) -> bytes:
    def say() -> bytes:
        with socket.create_connection((address, port), timeout=60) as there:
            there.sendall(said)
            there.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: there.recv(65536), b""))

    return namespace.call(say)


def test_two_namespaces_reach_each_other_by_their_addresses(pair: list[Namespace], link: Link) -> None:
    assert _said_back(pair[0], FAR, _echo(pair[1], FAR), b"well" * 50_000) == b"well" * 50_000
    assert link.carried
    with pytest.raises(ConnectionRefusedError):
        _said_back(pair[0], "127.0.0.1", _echo(pair[1], "127.0.0.1"), b"")


def test_what_a_bad_link_loses_arrives_all_the_same(pair: list[Namespace], link: Link) -> None:
    link.delay, link.loss = 0.01, 0.05
    assert _said_back(pair[0], FAR, _echo(pair[1], FAR), b"well" * 20_000) == b"well" * 20_000
    assert link.lost


def test_nothing_passes_a_cut_link_until_it_is_mended(pair: list[Namespace], link: Link) -> None:
    port = _echo(pair[1], FAR)
    link.cut = True
    with pytest.raises(TimeoutError):
        pair[0].call(lambda: socket.create_connection((FAR, port), timeout=0.2))
    link.cut = False
    assert _said_back(pair[0], FAR, port, b"well") in {b"well", b""}


def test_a_passage_leads_out_until_its_cable_is_pulled(pair: list[Namespace]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as phone:
        port = phone.getsockname()[1]
        with Passage(pair[0], port) as cable:
            near = pair[0].call(lambda: socket.create_connection(("127.0.0.1", port), timeout=60))
            far, _ = phone.accept()
            far.sendall(b"hello")
            assert near.recv(5) == b"hello"
            cable.pull()
            assert near.recv(5) == b""
            with pytest.raises(ConnectionRefusedError):
                pair[0].call(lambda: socket.create_connection(("127.0.0.1", port)))
            cable.plug()
            pair[0].call(lambda: socket.create_connection(("127.0.0.1", port), timeout=60)).close()
            near.close()
            far.close()
