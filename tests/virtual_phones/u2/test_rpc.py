"""JSON-RPC as jsonrpc4j answers it, and what Java makes of parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.virtual_phones.u2.test_http import body_of, post

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp

JACKSON = "com.fasterxml.jackson.databind.exc."


def answer_to(client: Client, message: object) -> Any:
    body = message if isinstance(message, str) else json.dumps(message)
    return json.loads(body_of(client.send(post(body.encode()))))


def test_an_answer_repeats_version_and_id(client: Client) -> None:
    assert answer_to(client, {"jsonrpc": "2.0", "id": 7, "method": "ping"}) == {
        "jsonrpc": "2.0",
        "id": 7,
        "result": "pong",
    }
    assert answer_to(client, {"jsonrpc": "1.0", "id": "x", "method": "ping"})["id"] == "x"
    assert answer_to(client, {"id": 1.5, "method": "ping"})["jsonrpc"] == "2.0"
    assert answer_to(client, {"id": 2**32 + 5, "method": "ping"})["id"] == 5


def test_what_answers_nothing_answers_null(client: Client) -> None:
    assert answer_to(client, {"id": 1, "method": "wakeUp"}) == {"jsonrpc": "2.0", "id": 1, "result": None}
    assert client.call("waitForIdle", 1000) is None


def test_a_request_without_an_id_is_answered_only_when_it_fails(client: Client) -> None:
    quiet = client.send(post(b'{"method":"ping"}'))
    assert quiet.startswith(b"HTTP/1.1 200 OK")
    assert body_of(quiet) == b""
    assert answer_to(client, {"method": "fly"})["error"]["code"] == -32601


def test_an_id_that_is_none_breaks_the_connection(client: Client) -> None:
    for number in ("{}", "[]", "true"):
        assert client.send(post(f'{{"id":{number},"method":"ping"}}'.encode())) == b""
    assert client.call("ping") == "pong"


def test_a_batch_is_answered_with_a_list(client: Client) -> None:
    calls = [{"id": 1, "method": "ping"}, {"id": 2, "method": "fly"}, 5]
    answers = answer_to(client, calls)
    assert [one.get("result") for one in answers] == ["pong", None, None]
    assert [one["id"] for one in answers] == [1, 2, "null"]


def test_what_is_no_json_is_a_parse_error(client: Client) -> None:
    assert answer_to(client, "???") == {
        "jsonrpc": "jsonrpc",
        "id": "null",
        "error": {"code": -32700, "message": "JSON parse error"},
    }
    assert answer_to(client, '{"id": 1')["error"]["code"] == -32700


def test_json_that_is_no_object_is_no_request(client: Client) -> None:
    assert answer_to(client, "5")["error"] == {"code": -32600, "message": "invalid request"}


def test_what_follows_the_request_does_not_count(client: Client) -> None:
    assert answer_to(client, '{"id":1,"method":"ping"} and more')["result"] == "pong"


def test_a_request_without_a_method_finds_none(client: Client) -> None:
    assert answer_to(client, {"id": 1})["error"] == {"code": -32601, "message": "method not found"}


@pytest.mark.parametrize("params", [[], {}, None])
def test_parameters_may_be_left_out(client: Client, params: object) -> None:
    assert answer_to(client, {"id": 1, "method": "ping", "params": params})["result"] == "pong"


def test_parameters_have_no_names(client: Client) -> None:
    call = {"id": 1, "method": "pressKey", "params": {"key": "home"}}
    assert answer_to(client, call)["error"]["code"] == -32602


def test_parameters_that_are_a_text_break_the_connection(client: Client) -> None:
    assert client.send(post(b'{"id":1,"method":"ping","params":"none"}')) == b""


def test_the_signature_that_more_values_suit_is_called(client: Client, app: TrialApp) -> None:
    name = client.call("getUiObject", {"mask": 1, "text": "Press"})
    client.call("click", 150, 150)
    client.call("click", name, "tl")
    client.call("click", {"mask": 1, "text": "Press"}, "br")
    assert app.taps == ["Press", "Press", "Press"]


def test_values_are_read_as_leniently_as_jackson_does(client: Client, app: TrialApp) -> None:
    assert client.call("click", 150.9, "150") is True
    assert client.call("click", 150, 150, None) is True
    assert app.taps == ["Press", "Press"]
    client.call("freezeRotation", 1)
    client.call("setClipboard", None, 5)
    assert client.call("getClipboard") == "5"


UNREADABLE: list[tuple[tuple[Any, ...], str]] = [
    (("exist", 5), f"{JACKSON}MismatchedInputException"),
    (("exist", {"mask": 1, "txt": "Press"}), f"{JACKSON}UnrecognizedPropertyException"),
    (("takeScreenshot", "huge", 1), f"{JACKSON}InvalidFormatException"),
    (("pressKeyCode", 2**40), "com.fasterxml.jackson.core.exc.InputCoercionException"),
    (("pressKey", {}), f"{JACKSON}MismatchedInputException"),
    (("freezeRotation", "maybe"), f"{JACKSON}MismatchedInputException"),
    (("swipePoints", 5, 5), f"{JACKSON}MismatchedInputException"),
    (("objInfo", None), "java.lang.NullPointerException"),
    (("exist", {"mask": 1}), "java.lang.NullPointerException"),
    (("exist", {"mask": 0}), "java.lang.NullPointerException"),
    (("setConfigurator", None), "java.lang.NullPointerException"),
]


@pytest.mark.parametrize(("call", "class_name"), UNREADABLE, ids=str)
def test_what_cannot_be_read_is_an_exception_of_java(client: Client, call: tuple[Any, ...], class_name: str) -> None:
    assert client.error(*call) == (-32001, class_name)
    assert str(client.data(*call)).startswith(class_name)


def test_an_error_says_in_its_data_what_it_has_to_say(client: Client) -> None:
    missing = ("getText", {"mask": 1, "text": "Nothing"})
    assert client.error(*missing) == (-32001, "androidx.test.uiautomator.UiObjectNotFoundException")
    assert client.data(*missing) == "UiSelector[TEXT=Nothing]"
    wrong = ("exist", {"mask": 4, "textMatches": "("})
    assert client.error(*wrong) == (-32001, "java.util.regex.PatternSyntaxException")
    assert "\tat com.wetest.uia2" in str(client.data(*wrong))
    assert client.data("fly") is None
