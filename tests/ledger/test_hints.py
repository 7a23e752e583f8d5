"""Hints to workers: whoever listens hears at once that persons look at phones, or have taken them over."""

from __future__ import annotations

import select
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.hands_on.hints import HintFeed
from phonefleet.ledger.fleet.hands_on.takeovers import Taker

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
IDLE = timedelta(minutes=2)
ANN = Taker("Ann", "token:1")
PATIENCE = 60


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.devices.seen("phone-1", "online", "desk")
        yield opened


@pytest.fixture
def feed(ledger: Ledger, postgres_url: str) -> Iterator[HintFeed]:
    assert ledger
    with HintFeed(postgres_url) as opened:
        yield opened


def comes(feed: HintFeed) -> bool:
    select.select([feed], [], [], PATIENCE)
    return feed.came()


def test_who_begins_to_look_at_a_phone_is_heard(ledger: Ledger, feed: HintFeed) -> None:
    assert not feed.came()
    ledger.watching.extend(["phone-1"], NOW, NOW + IDLE)
    assert comes(feed)
    assert not feed.came()


def test_a_takeover_is_heard_at_its_beginning_and_at_its_end(ledger: Ledger, feed: HintFeed) -> None:
    ledger.takeovers.take("phone-1", ANN, IDLE, NOW)
    assert comes(feed)
    ledger.takeovers.end("phone-1", "Ann", NOW)
    assert comes(feed)


def test_what_changes_nothing_for_workers_gives_no_hint(ledger: Ledger, feed: HintFeed) -> None:
    ledger.watching.extend([], NOW, NOW + IDLE)
    ledger.takeovers.end("phone-1", "Ann", NOW)
    ledger.takeovers.take("phone-1", ANN, IDLE, NOW)
    assert comes(feed)
    ledger.takeovers.take("phone-1", ANN, IDLE, NOW)  # renewed
    ledger.watching.extend(["phone-1"], NOW, NOW + IDLE)
    assert comes(feed)
    assert feed.payloads() == []
