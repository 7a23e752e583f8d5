"""Texts by a language model, over real HTTP from a stand-in: what is taken, and what counts as not written."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from phonefleet.errors import TextNotWritten
from phonefleet.texts.generation import Model, write
from tests.texts.endpoint import Answer, Endpoint, completion, standing_in

KEY = "sk-never-shown"


def model(endpoint: Endpoint) -> Model:
    return Model("small", KEY, endpoint.base_url, prompt="Be kind.", max_tokens=50, temperature=0.2)


def failing(status: int) -> Answer:
    return lambda: JSONResponse({"error": {"message": f"no, {KEY}"}}, status_code=status, headers={"retry-after": "0"})


UNUSABLE: dict[str, tuple[Answer, str]] = {
    "429": (failing(429), "too many requests"),
    "401": (failing(401), "error 401"),
    "500": (failing(500), "error 500"),
    "empty": (completion(""), "wrote nothing"),
    "null": (completion(None), "wrote nothing"),
    "quotes": (completion(' "" '), "wrote nothing"),
    "refusal": (completion(None, refusal="No."), "refused"),
    "filter": (completion("x", finish="content_filter"), "refused"),
    "sorry": (completion("I'm sorry, but I can't help with that."), "refused"),
    "long": (completion("x" * 81), "too long"),
    "cut off": (completion("cut", finish="length"), "too long"),
    "html": (lambda: PlainTextResponse("<html>"), "no completion"),
    "broken": (lambda: Response("{", media_type="application/json"), "no completion"),
    "no choices": (lambda: JSONResponse({"choices": []}), "no completion"),
    "array": (lambda: JSONResponse([]), "no completion"),
    "no message": (lambda: JSONResponse({"choices": [{"message": None}]}), "no completion"),
}


def test_the_model_is_asked_as_configured(endpoint: Endpoint) -> None:
    assert write(model(endpoint), "Write a comment.", 80) == "Lovely"
    [asked] = endpoint.asked
    assert endpoint.keys == [f"Bearer {KEY}"]
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("small", 50, 0.2)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert asked["messages"][0]["content"] == "Be kind."
    assert "at most 80 characters" in asked["messages"][1]["content"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('  "Lovely day"\n', "Lovely day"),
        ("One\n\ntwo", "One two"),
        ("“Quoted”", "Quoted"),
        ('"', '"'),
        ("So sorry to hear that", "So sorry to hear that"),
    ],
)
def test_a_text_is_one_line_without_quotes(endpoint: Endpoint, written: str, text: str) -> None:
    endpoint.answer = completion(written)
    assert write(model(endpoint), "Write.", 80) == text


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_not_written(endpoint: Endpoint, name: str) -> None:
    endpoint.answer, reason = UNUSABLE[name]
    with pytest.raises(TextNotWritten, match=reason) as caught:
        write(model(endpoint), "Write.", 80)
    assert KEY not in str(caught.value)
    assert KEY not in repr(model(endpoint))


def test_an_endpoint_that_is_not_there_cannot_be_reached() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
        with pytest.raises(TextNotWritten, match="cannot be reached"):
            write(Model("small", KEY, address), "Write.", 80)


def test_an_endpoint_that_stays_silent_runs_out_of_time() -> None:
    released = threading.Event()

    def silent() -> Response:
        released.wait(30)
        return JSONResponse({})

    with standing_in() as endpoint:  # one of its own: its last request may come when nobody waits for it any more
        endpoint.answer = silent
        try:
            with pytest.raises(TextNotWritten, match="in time"):
                write(model(endpoint), "Write.", 80, timedelta(milliseconds=100))
        finally:
            released.set()


def test_an_answer_that_does_not_end_is_given_up(endpoint: Endpoint) -> None:
    def pieces() -> Iterator[bytes]:
        while True:
            yield b" " * 65_536

    endpoint.answer = lambda: StreamingResponse(pieces(), media_type="application/json")
    with pytest.raises(TextNotWritten):
        write(model(endpoint), "Write.", 80)


def test_an_answer_that_comes_drop_by_drop_is_given_up_when_its_time_is_over(endpoint: Endpoint) -> None:
    over = threading.Event()

    def drops() -> Iterator[bytes]:
        while not over.wait(0.05):
            yield b" "

    endpoint.answer = lambda: StreamingResponse(drops(), media_type="application/json")
    try:
        with pytest.raises(TextNotWritten):
            write(model(endpoint), "Write.", 80, timedelta(seconds=1))
    finally:
        over.set()
