"""The server's HTTP, as NanoHTTPD answers it."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image

from virtual_phones.u2.server import U2Server

if TYPE_CHECKING:
    import socket

    from tests.virtual_phones.u2.conftest import Client
    from virtual_phones.phone import VirtualPhone

PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
CALL = '{"jsonrpc":"2.0","id":1,"method":"ping"}'


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def get(path: str, *fields: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *fields, "", ""]).encode()


def post(body: bytes, *fields: str, path: str = "/jsonrpc/0") -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}", *fields, "", ""]).encode() + body


class _Socket:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def read(answer: bytes) -> HTTPResponse:
    """Return an answer as Python's own client reads it."""
    response = HTTPResponse(cast("socket.socket", _Socket(answer)))
    response.begin()
    return response


def test_a_ping_is_answered(client: Client) -> None:
    response = read(client.send(PING))
    assert (response.status, response.reason, response.read()) == (200, "OK", b"pong")
    assert response.getheader("Content-Type") == "text/html"
    assert response.getheader("Connection") == "keep-alive"
    assert parsedate_to_datetime(response.getheader("Date") or "") <= datetime.now(UTC)


def test_one_connection_carries_many_calls(client: Client) -> None:
    assert client.send(PING, client.post("ping"), PING).count(b"HTTP/1.1 200 OK") == 3


def test_requests_may_come_in_pieces_or_at_once(client: Client) -> None:
    call = client.post("ping")
    in_pieces = client.send(*(call[place : place + 1] for place in range(len(call))))
    assert json.loads(body_of(in_pieces))["result"] == "pong"
    assert client.send(call + call + PING).count(b"HTTP/1.1 200 OK") == 3


def test_a_long_request_may_come_at_once(client: Client) -> None:
    client.call("setClipboard", None, "long" * 50_000)
    assert client.call("getClipboard") == "long" * 50_000


@pytest.mark.parametrize("request_line", ["GET /ping HTTP/1.1\r\nConnection: close", "GET /ping HTTP/1.0"])
def test_a_client_that_wants_to_close_is_answered_once(client: Client, request_line: str) -> None:
    answer = client.send(f"{request_line}\r\n\r\n".encode() + PING)
    assert answer.count(b"pong") == 1
    assert read(answer).getheader("Connection") == "close"


def test_another_path_is_not_found(client: Client) -> None:
    response = read(client.send(get("/")))
    assert (response.status, response.read()) == (404, b"Not Found!!!")


def test_a_call_without_a_body_is_an_error_of_the_server(client: Client) -> None:
    for request in (get("/jsonrpc/0"), post(b""), post(b"  ")):
        response = read(client.send(request))
        assert (response.status, response.read()) == (500, b"Invalid http post data!")


def test_a_query_string_is_taken_for_the_body(client: Client) -> None:
    assert json.loads(body_of(client.send(get(f"/jsonrpc/0?{CALL}"))))["result"] == "pong"
    form = "Content-Type: application/x-www-form-urlencoded"
    assert json.loads(body_of(client.send(post(CALL.encode(), form))))["result"] == "pong"


def test_a_query_string_stays_that_of_its_connection(client: Client) -> None:
    both = client.send(get(f"/jsonrpc/0?{CALL}", "Connection: keep-alive"), client.post("isScreenOn"))
    assert both.count(b'"result":"pong"') == 2


def test_a_body_without_a_charset_is_read_as_ascii(client: Client) -> None:
    call = '{"id":1,"method":"setClipboard","params":[null,"é"]}'.encode()
    client.send(post(call, "Content-Type: application/json"))
    assert client.call("getClipboard") == "\ufffd\ufffd"
    for kind in ("Content-Type: application/json; charset=utf-8", "X-None: sent"):
        client.send(post(call, kind))
        assert client.call("getClipboard") == "é"


def test_text_and_json_are_compressed_for_who_takes_gzip(client: Client) -> None:
    for request in (get("/ping", "Accept-Encoding: gzip, deflate"), post(CALL.encode(), "Accept-Encoding: gzip")):
        response = read(client.send(request))
        assert response.getheader("Content-Encoding") == "gzip"
        assert b"pong" in gzip.decompress(response.read())


def test_the_screen_is_a_picture(client: Client) -> None:
    response = read(client.send(get("/screenshot/0")))
    assert (response.status, response.getheader("Content-Type")) == (200, "image/png")
    whole = Image.open(io.BytesIO(response.read()))
    assert (whole.format, whole.size) == ("PNG", (1080, 2400))


@pytest.mark.parametrize(("query", "width"), [("scale=0.1&quality=50", 108), ("scale=small", 1080)])
def test_the_picture_is_as_large_as_is_asked_for(client: Client, query: str, width: int) -> None:
    response = read(client.send(get(f"/screenshot/0?{query}")))
    assert Image.open(io.BytesIO(response.read())).width == width


def test_a_picture_without_size_breaks_the_connection(client: Client) -> None:
    assert client.send(get("/screenshot/0?scale=0")) == b""


def test_a_stop_ends_the_server_without_an_answer(client: Client) -> None:
    assert client.send(get("/stop")) == b""
    assert not client.server.running
    assert not client.server.accepts()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (b"nonsense\r\n\r\n", b"BAD REQUEST: Missing URI."),
        (b"FLY /ping HTTP/1.1\r\n\r\n", b"HTTP verb FLY unhandled."),
        (b"\r\n\r\n", b"BAD REQUEST: Syntax error."),
        (b"GET / HTTP/1.1\r\n" * 10_000, b""),
    ],
    ids=["no path", "no method", "nothing", "endless"],
)
def test_what_is_no_request_is_refused(client: Client, what: bytes, words: bytes) -> None:
    answer = client.send(what)
    assert (read(answer).status, read(answer).getheader("Connection")) == (400, "close")
    assert words in answer


@pytest.mark.parametrize("length", ["x", "-1", "99999999999"])
def test_a_length_that_is_none_breaks_the_connection(client: Client, length: str) -> None:
    assert client.send(f"POST /jsonrpc/0 HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode()) == b""


def test_a_body_that_is_cut_off_is_not_answered(client: Client) -> None:
    assert client.send(client.post("ping")[:-1]) == b""


class SilentStream:
    """A connection on which nothing comes any more after what is `left`."""

    def __init__(self, *left: bytes) -> None:
        self.left, self.sent = list(left), b""

    async def read(self) -> bytes:
        if not self.left:
            await asyncio.Event().wait()
        return self.left.pop(0)

    async def write(self, data: bytes) -> None:
        self.sent += data

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("left", [(), (PING,), (PING, PING[:9]), (post(CALL.encode())[:-1],)])
def test_a_connection_that_falls_silent_is_closed(phone: VirtualPhone, left: tuple[bytes, ...]) -> None:
    server = U2Server(phone, silence=timedelta(milliseconds=1))
    server.start()
    stream = SilentStream(*left)
    asyncio.run(server.serve(stream))
    assert stream.sent.count(b"pong") == (PING in left)
    assert server.running
