"""The webhook hears of holds and quarantines from the ledger: each once, later when it is away, from nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from api.agreement.announcer import WebhookAnnouncer
from api.agreement.webhook import Webhook
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger
from tests.receiver import PATH, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


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
