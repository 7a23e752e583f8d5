"""Clients that never finish the head of a request lose their connections; all others keep theirs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.edge.head_timeout import HeadTimeout
from api.edge.serving import configuration
from phonefleet.settings import Settings

PATIENCE = 60.0
HEAD = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n"


class Hasty(HeadTimeout):
    """Waits so shortly that a test need not."""

    head_within = timedelta(seconds=1)


class Slow:
    """An app that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.may_answer = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        assert scope["type"] == "http"
        self.asked.set()
        await asyncio.to_thread(self.may_answer.wait, PATIENCE)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def app() -> Slow:
    return Slow()


@pytest.fixture
def port(app: Slow) -> Iterator[int]:
    """A server of that app in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=Hasty, lifespan="off", log_config=None, ws="none", timeout_keep_alive=60)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()[1]
        app.may_answer.set()
        server.should_exit = True
        thread.join(PATIENCE)


@contextmanager
def connected(port: int) -> Generator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        yield connection


def _closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("begun", [b"", b"G", HEAD], ids=["nothing", "a letter", "half a head"])
def test_a_head_that_does_not_come_ends_its_connection(port: int, begun: bytes) -> None:
    with connected(port) as connection:
        connection.sendall(begun)
        assert _closed(connection)


def test_a_head_that_trickles_ends_its_connection(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD)
        connection.settimeout(0.05)
        for number in range(1000):
            try:
                connection.sendall(b"X-%d: y\r\n" % number)
                if _closed(connection):
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("the connection is still open")


def test_an_answer_may_take_longer_than_a_head_and_the_next_head_has_its_own_time(port: int, app: Slow) -> None:
    with connected(port) as patient, connected(port) as idle:
        patient.sendall(HEAD + b"\r\n")
        assert app.asked.wait(PATIENCE)
        assert _closed(idle)  # so much time has passed
        app.may_answer.set()
        assert patient.recv(1000).startswith(b"HTTP/1.1 200 ")
        patient.sendall(HEAD + b"\r\n")
        assert patient.recv(1000)
        patient.sendall(HEAD)
        while answer := patient.recv(1000):
            assert b"ok" in answer or b"200" in answer  # the rest of the second answer


def test_the_api_is_served_so() -> None:
    assert configuration(FastAPI(), Settings()).http is HeadTimeout
