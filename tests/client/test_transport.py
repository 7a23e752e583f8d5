from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import timedelta

import pytest

from phonefleet.client import ApiUnreachable, Client
from phonefleet.client.transport import Answer, Transport, Unreachable

_BODY = b'{"code": 0, "message": "success", "data": {"status": "ok"}}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(_BODY) + _BODY
_LONG = timedelta(seconds=60)


class Server:
    """Takes connections; on each it answers one request, and then does as it is told."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.closed = threading.Event()

    def serve(self, connections: int, answer: bytes, *, keep: threading.Event | None = None) -> threading.Thread:
        """Answer in a thread; with `keep`, a connection stays open until that is set."""

        def run() -> None:
            for _ in range(connections):
                there, _from = self.socket.accept()
                with there:
                    self.requests.append(there.recv(65536))
                    there.sendall(answer)
                    if keep:
                        keep.wait(60)
                self.closed.set()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def _stream(server: Server) -> AbstractContextManager[Answer | Iterator[str]]:
    return Transport(server.url, {}, _LONG).stream("/events", silence=_LONG)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    with made.socket:
        yield made


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_again(server: Server) -> None:
    thread = server.serve(2, _ANSWER)
    with Client(server.url) as client:
        assert client.is_alive() == {"status": "ok"}
        server.closed.wait(60)
        assert client.is_alive() == {"status": "ok"}
    thread.join()
    assert len(server.requests) == 2


def test_a_path_before_the_api_and_a_password_are_sent(server: Server) -> None:
    thread = server.serve(1, _ANSWER)
    with Client(server.url.replace("//", "//me:a%2Fb@") + "/fleet/", "token") as client:
        client.is_alive()
    thread.join()
    assert server.requests[0].startswith(b"GET /fleet/api/v1/healthz HTTP/1.1\r\n")
    assert b"Authorization: Basic bWU6YS9i\r\n" in server.requests[0]


def test_queries_are_written_as_the_api_reads_them(server: Server) -> None:
    thread = server.serve(1, _ANSWER)
    with closing(Transport(server.url, {}, _LONG)) as transport:
        answer = transport.request("GET", "/x", query={"yes": True, "none": None, "tags": ["a", "b&c"]})
    thread.join()
    assert json.loads(answer.text)["code"] == 0
    assert server.requests[0].startswith(b"GET /x?yes=true&tags=a&tags=b%26c HTTP/1.1\r\n")


def test_half_an_answer_is_none(server: Server) -> None:
    thread = server.serve(1, _ANSWER[:-5])
    with Client(server.url) as client, pytest.raises(ApiUnreachable):
        client.is_alive()
    thread.join()


def test_lines_come_while_the_answer_goes_on(server: Server) -> None:
    go_on = threading.Event()
    thread = server.serve(1, b"HTTP/1.1 200 OK\r\n\r\nevent: ready\r\ndata: \xc3\xbc\n\n", keep=go_on)
    with _stream(server) as lines:
        assert isinstance(lines, Iterator)
        assert [next(lines) for _ in range(3)] == ["event: ready", "data: ü", ""]
        go_on.set()
        assert list(lines) == []
    thread.join()


def test_an_error_of_the_reader_of_lines_is_not_taken_for_silence(server: Server) -> None:
    thread = server.serve(1, b"HTTP/1.1 200 OK\r\n\r\none\n")
    message = "of the reader"
    with pytest.raises(ValueError, match=message), _stream(server):
        raise ValueError(message)
    thread.join()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://127.0.0.1:0", "http://127.0.0.1:99999", "x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Unreachable):
        Transport(url, {}, _LONG)
