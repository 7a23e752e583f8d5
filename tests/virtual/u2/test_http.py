from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client

PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def test_a_ping_is_answered(client: Client) -> None:
    assert client.send(PING) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\npong"
    )


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


def test_a_client_that_wants_to_close_is_answered_once(client: Client) -> None:
    closing = b"GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n"
    answer = client.send(closing + PING)
    assert answer.count(b"pong") == 1
    assert b"Connection: close" in answer


def test_another_path_is_not_found(client: Client) -> None:
    assert client.send(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "what",
    [b"nonsense\r\n\r\n", b"POST /jsonrpc/0 HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"GET / HTTP/1.1\r\n" * 10_000],
    ids=["no request", "no length", "endless"],
)
def test_what_is_no_request_is_refused(client: Client, what: bytes) -> None:
    assert client.send(what).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_is_cut_off_is_not_answered(client: Client) -> None:
    assert client.send(client.post("ping")[:-1]) == b""


def test_an_unknown_method_answers_its_code(client: Client) -> None:
    assert client.error("fly")[0] == -32601


def test_wrong_parameters_answer_their_code(client: Client) -> None:
    assert client.error("deviceInfo", 1, 2)[0] == -32602
    assert client.error("exist", 5)[0] == -32602


def test_a_body_that_is_no_json_answers_an_error(client: Client) -> None:
    answer = client.send(b"POST /jsonrpc/0 HTTP/1.1\r\nContent-Length: 3\r\n\r\n???")
    assert json.loads(body_of(answer))["error"]["code"] == -32601


def test_a_method_that_breaks_answers_an_error_and_the_server_lives_on(client: Client) -> None:
    code, message = client.error("takeScreenshot", "huge", "good")
    assert code == -32001
    assert "TypeError" in message
    assert client.call("ping") == "pong"
