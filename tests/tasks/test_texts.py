"""The words of an action: the same in every try, by a model or from templates, with keys that nobody sees."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from prefect.logging import disable_run_logger
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, Permanent
from phonefleet.scripts.chat import ChatSettings
from phonefleet.vault import Vault, bind
from tasks.context import RunContext
from tasks.texts import Wording, text_for
from tests.texts.endpoint import Endpoint, completion, standing_in

LINES = ("one", "two", "three")
KEY = "sk-never-shown"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with standing_in() as endpoint:
        yield endpoint


@pytest.fixture(autouse=True)
def _no_run() -> Iterator[None]:
    with disable_run_logger():
        yield


def stored(context: RunContext, key: str, endpoint: str) -> str:
    vault = Vault.of(context.settings)
    bound = bind(key, endpoint)
    context.ledger.secrets.keep(vault.reference(bound), vault.seal(bound), context.clock.now())
    return vault.reference(bound)


@pytest.mark.usefixtures("context")
def test_a_text_is_the_same_in_every_try() -> None:
    wording = Wording(lines=tuple(f"{{a|b|c}} {number}" for number in range(100)))
    first = text_for("comment", "post", wording)
    assert {text_for("comment", "post", wording) for _ in range(5)} == {first}
    assert text_for("comment", "post", Wording(lines=("other",))) == first


def test_texts_in_order_go_by_the_place_of_the_task_or_a_turn(context: RunContext) -> None:
    context.ordinal = 4
    assert text_for("message", "anna", Wording(LINES, "sequential")) == "two"
    assert text_for("message", "bob", Wording(LINES, "sequential"), turn=5) == "three"


def test_a_model_writes_with_the_stored_key(context: RunContext, endpoint: Endpoint) -> None:
    endpoint.answer = completion("Written")
    chat = ChatSettings(api_key=stored(context, KEY, endpoint.base_url), base_url=endpoint.base_url)
    assert text_for("comment", "post", Wording(LINES, chat=chat)) == "Written"
    endpoint.answer = completion("Written anew")
    assert text_for("comment", "post", Wording(LINES, chat=chat)) == "Written"
    assert endpoint.keys[-1] == f"Bearer {KEY}"
    assert not context.report.notes


def test_a_text_that_was_not_written_comes_from_the_templates_and_the_report_says_so(
    context: RunContext, endpoint: Endpoint
) -> None:
    endpoint.answer = completion("I'm sorry, I cannot do that.")
    chat = ChatSettings(base_url=endpoint.base_url)
    for _ in range(2):
        assert text_for("comment", "post", Wording(LINES, "sequential", chat=chat)) == "one"
    assert context.report.result()["notes"] == [
        "comment post: the language model refused to write it: one of the given texts was used"
    ]


def test_the_configured_key_goes_to_the_configured_endpoint_alone(context: RunContext, endpoint: Endpoint) -> None:
    endpoint.answer = completion("Written")
    elsewhere = {"ai_api_key": SecretStr(KEY), "ai_base_url": "http://127.0.0.1:9/v1"}
    context.settings = context.settings.model_copy(update=elsewhere)
    text_for("comment", "first", Wording(LINES, chat=ChatSettings(base_url=endpoint.base_url)))
    assert KEY not in endpoint.keys[-1]
    context.settings = context.settings.model_copy(update={"ai_base_url": endpoint.base_url})
    text_for("comment", "second", Wording(LINES, chat=ChatSettings()))
    assert endpoint.keys[-1] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", [KEY, "secret:unknown"])
def test_a_key_in_the_open_or_one_that_is_gone_is_refused(context: RunContext, key: str) -> None:
    with pytest.raises(Permanent) as caught:
        text_for("comment", context.serial, Wording(LINES, chat=ChatSettings(api_key=key)))
    assert KEY not in caught.value.message


def test_a_stop_does_not_wait_for_the_model(context: RunContext, endpoint: Endpoint) -> None:
    released = threading.Event()
    context.stop = StopSignal()

    def slow() -> Response:
        context.stop.set("stopped")
        released.wait(30)
        return JSONResponse({})

    endpoint.answer = slow
    with pytest.raises(Interrupted):
        text_for("comment", "post", Wording(LINES, chat=ChatSettings(base_url=endpoint.base_url)))
    released.set()
