"""What people are told without looking: a real Prefect server calls a real webhook, once for each thing."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr

from deployments.notifying import MEMORY, ensure_automations
from tests.integration.stack import Stack, until

PATH = "hook-that-nobody-may-know"
AT_ONCE = "at_once"
UNWANTED = "nobody_unwanted"
MADE = {"variables": {"name": {"any_": [MEMORY]}}}
"""A filter for the variable that the program which makes automations writes at its end."""


class Receiver(ThreadingHTTPServer):
    """A webhook that remembers what it was told."""

    request_queue_size = 100

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._news = threading.Condition()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> SecretStr:
        return SecretStr(f"http://127.0.0.1:{self.server_port}/{PATH}")

    def take(self, text: str) -> None:
        """Remember a message."""
        with self._news:
            self.texts.append(text)
            self._news.notify_all()

    def hears(self, word: str) -> bool:
        """Tell whether a message with a word is there within two seconds."""
        with self._news:
            return self._news.wait_for(lambda: bool(self.about(word)), timeout=2)

    def await_another(self, text: str) -> None:
        """Wait until another message comes while this one is not yet answered, or for a second if none does."""
        with self._news:
            heard = len(self.texts)
            self._news.wait_for(lambda: len(self.texts) > heard, timeout=1 if AT_ONCE in text else 0)

    def about(self, *words: str) -> list[str]:
        """Return the messages that hold all of these words."""
        return [text for text in self.texts if all(word in text for word in words)]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Receiver)
        text = json.loads(body)["text"]
        self.server.take(text)
        self.server.await_another(text)
        self.send_response(500 if UNWANTED in text else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    """A webhook that the automations of the stack call, once its own start has made them and changes them no more."""
    until("the stack's own automations", lambda: stack.prefect("POST", "/variables/filter", MADE))
    with Receiver() as server, _served(server), _connected(stack, server.url):
        _heard(stack, server)
        yield server


@contextmanager
def _served(server: Receiver) -> Generator[None]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()


@contextmanager
def _connected(stack: Stack, url: SecretStr) -> Generator[None]:
    _ensure(stack, url)
    yield
    _ensure(stack, None)


def _ensure(stack: Stack, url: SecretStr | None) -> None:
    async def ensure() -> None:
        auth = ":".join(stack.prefect_auth)
        async with PrefectClient(f"{stack.endpoints['prefect']}/api", auth_string=auth) as client:
            await ensure_automations(client, url)

    asyncio.run(ensure())


def _heard(stack: Stack, receiver: Receiver) -> None:
    """Wait until a failure of now has been told, and so all that came before: Prefect takes one after the other."""
    word = f"nobody_{uuid4().hex[:12]}"
    stack.post("follow", [word], stack.serials[:1])
    until("a message", lambda: receiver.hears(word))


def test_a_failed_run_is_told_once_and_the_address_shows_nowhere(stack: Stack, receiver: Receiver) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_to_be_told_of"], stack.serials[2:]))
    until("the run", lambda: receiver.about("nobody_to_be_told_of", "failed", task["remark"], task["flow_run_id"]))
    _heard(stack, receiver)
    assert len(receiver.about("nobody_to_be_told_of")) == 1
    assert_hidden(stack)


def test_failures_of_the_same_moment_are_all_told(stack: Stack, receiver: Receiver) -> None:
    begun = datetime.now(UTC).isoformat()
    names = [f"nobody_{AT_ONCE}_{number}" for number in range(len(stack.serials))]
    for name, serial in zip(names, stack.serials, strict=True):
        stack.post("follow", [name], [serial])
    until("all messages", lambda: all(receiver.about(name) for name in names))
    _heard(stack, receiver)
    assert [len(receiver.about(name)) for name in names] == [1] * len(names)
    assert refused(stack, begun) == []


def test_a_refused_message_shows_in_prefect_and_the_address_shows_nowhere(stack: Stack, receiver: Receiver) -> None:
    begun = datetime.now(UTC).isoformat()
    stack.finished(stack.post("follow", [UNWANTED], stack.serials[:1]))
    [failure] = until("the failure", lambda: refused(stack, begun))
    assert failure["payload"]["notification_log"] == "the webhook refused the message with status 500"
    assert len(receiver.about(UNWANTED)) == 1
    assert_hidden(stack)


def refused(stack: Stack, since: str) -> list[dict[str, Any]]:
    """Return what Prefect tells of messages that it could not send."""
    wanted = {"event": {"name": ["prefect.automation.action.failed"]}, "occurred": {"since": since}}
    return stack.prefect("POST", "/events/filter", {"filter": wanted})["events"]


def assert_hidden(stack: Stack) -> None:
    """See that the address stands in no log and in no event."""
    assert [log.name for log in (stack.home / "logs").iterdir() if PATH in log.read_text(errors="replace")] == []
    assert PATH not in str(stack.prefect("POST", "/events/filter", {"filter": {}}))
