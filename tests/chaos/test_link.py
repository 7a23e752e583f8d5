"""A link between hosts that is cut, as a cable is: what is on its way waits, and nothing is refused."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from deployments.chaos.link import Link
from tests.integration.stack import until

PATIENCE = 60


@pytest.fixture
def server() -> Generator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(PATIENCE)
        yield listening


@pytest.fixture
def link(server: socket.socket) -> Generator[Link]:
    made = Link([server.getsockname()[1]])
    yield made
    made.close()


@pytest.fixture
def both(server: socket.socket, link: Link) -> Generator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection over the link."""
    with ExitStack() as exits:
        here = exits.enter_context(connected(link))
        there = exits.enter_context(server.accept()[0])
        there.settimeout(PATIENCE)
        yield here, there


def connected(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", link.ports[0]), timeout=PATIENCE)


def received(end: socket.socket, number: int) -> bytes:
    data = b""
    while len(data) < number and (more := end.recv(number - len(data))):
        data += more
    return data


def ends(end: socket.socket) -> bool:
    """Tell whether a connection ends, and not for want of patience."""
    try:
        return end.recv(1) == b""
    except ConnectionError:
        return True


def test_what_is_sent_arrives_and_so_does_the_end(both: tuple[socket.socket, socket.socket]) -> None:
    here, there = both
    here.sendall(b"question")
    assert received(there, 8) == b"question"
    there.sendall(b"answer")
    there.close()
    assert received(here, 100) == b"answer"


def test_what_is_sent_while_the_link_is_cut_arrives_in_order_when_it_is_mended(
    link: Link, both: tuple[socket.socket, socket.socket]
) -> None:
    here, there = both
    link.cut()
    link.cut()
    link.mend()
    sender = threading.Thread(target=here.sendall, args=(b"x" * 1_000_000 + b"the end",))
    sender.start()
    there.settimeout(0)
    with pytest.raises(BlockingIOError):
        there.recv(1)
    there.settimeout(PATIENCE)
    link.mend()
    assert received(there, 1_000_007).endswith(b"xthe end")
    sender.join()


def test_a_connection_that_began_while_it_was_cut_leads_nowhere(link: Link, server: socket.socket) -> None:
    link.cut()
    with connected(link) as lost:
        lost.sendall(b"nobody hears this")
        until("the connection", lambda: link.held)
        link.mend()
        assert ends(lost)
        with connected(link) as here, server.accept()[0] as there:
            here.sendall(b"this is heard")
            assert received(there, 13) == b"this is heard"


def test_where_nobody_listens_a_connection_ends(link: Link, server: socket.socket) -> None:
    server.close()
    with connected(link) as here:
        assert ends(here)
