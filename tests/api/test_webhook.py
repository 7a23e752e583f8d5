"""The webhook hears of holds and quarantines from the ledger: each once, later when it is away, from nobody else."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from api.agreement.announcer import WebhookAnnouncer
from api.agreement.webhook import Webhook
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger

PATH = "hook-that-nobody-may-know"


class Receiver(ThreadingHTTPServer):
    """A webhook that remembers what it was told and answers with a status."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> SecretStr:
        return SecretStr(f"http://127.0.0.1:{self.server_port}/{PATH}")


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        self.server.texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def held(ledger: Ledger) -> Ledger:
    """A ledger with one account that was just put on hold."""
    [account] = ledger.accounts.matching(["shop_1"])
    ledger.accounts.hold_id(account.id, "the app asks for a code", datetime.now(UTC))
    return ledger


def look(ledger: Ledger, receiver: Receiver) -> None:
    asyncio.run(WebhookAnnouncer(ledger, Webhook(receiver.url), SystemClock()).look())


def test_a_hold_is_told_once_whether_or_not_prefect_has_heard_of_it(held: Ledger, receiver: Receiver) -> None:
    held.announcements.told(held.announcements.due(datetime.now(UTC)))
    look(held, receiver)
    look(held, receiver)
    assert [text for text in receiver.texts if "the app asks for a code" in text] == receiver.texts
    assert len(receiver.texts) == 1


def test_a_webhook_in_trouble_is_told_later(held: Ledger, receiver: Receiver) -> None:
    receiver.status = 503
    look(held, receiver)
    receiver.status = 204
    look(held, receiver)
    look(held, receiver)
    assert len(receiver.texts) == 2


def test_a_refused_message_is_not_repeated_and_the_address_shows_nowhere(
    held: Ledger, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.status = 404
    look(held, receiver)
    look(held, receiver)
    assert len(receiver.texts) == 1
    assert "status 404" in caplog.text
    assert PATH not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("api"))


def test_a_webhook_that_is_away_hears_of_it_when_it_is_back(held: Ledger, receiver: Receiver) -> None:
    away = Webhook(SecretStr(f"http://127.0.0.1:1/{PATH}"))
    asyncio.run(WebhookAnnouncer(held, away, SystemClock()).look())
    look(held, receiver)
    assert len(receiver.texts) == 1
