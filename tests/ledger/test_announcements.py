"""What is to be announced: each hold and each quarantine once, until it is marked as told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from phonefleet.ledger import Ledger

_REASON = "the app asks for a verification"


def _subjects(ledger: Ledger) -> list[tuple[str, str]]:
    news = ledger.announcements.due(datetime.now(UTC))
    return [(one.kind, one.account.username if one.account else one.subject) for one in news]


def _tell_all(ledger: Ledger) -> None:
    ledger.announcements.told(ledger.announcements.due(datetime.now(UTC)))


def _hold(ledger: Ledger, at: datetime | None = None) -> None:
    ledger.accounts.sync("phone-a", "sample", ["anna", "bob"])
    ledger.accounts.hold("anna", "sample", _REASON, at or datetime.now(UTC))


def test_a_hold_is_due_until_it_is_told(ledger: Ledger) -> None:
    assert _subjects(ledger) == []
    _hold(ledger)
    assert _subjects(ledger) == _subjects(ledger) == [("account", "anna")]
    _tell_all(ledger)
    assert _subjects(ledger) == []


def test_a_hold_after_a_release_is_another_one(ledger: Ledger) -> None:
    first = datetime.now(UTC)
    _hold(ledger, first)
    _tell_all(ledger)
    [account] = ledger.accounts.matching(["anna"])
    ledger.accounts.release(account.id)
    assert _subjects(ledger) == []
    _hold(ledger, first + timedelta(seconds=1))
    assert _subjects(ledger) == [("account", "anna")]


def test_a_hold_comes_with_the_phone_when_it_was_ever_seen(ledger: Ledger) -> None:
    _hold(ledger)
    [news] = ledger.announcements.due(datetime.now(UTC))
    assert news.phone is None
    ledger.devices.seen("phone-a", "online", "host", model="Pixel")
    [news] = ledger.announcements.due(datetime.now(UTC))
    assert news.phone is not None
    assert news.phone.model == "Pixel"


def test_a_quarantine_is_told_once_however_often_its_reason_changes(ledger: Ledger) -> None:
    ledger.devices.seen("phone-b", "online", "host")
    ledger.devices.quarantine("phone-b", "it does not answer")
    assert _subjects(ledger) == [("device", "phone-b")]
    _tell_all(ledger)
    ledger.devices.quarantine("phone-b", "its battery is low")
    assert _subjects(ledger) == []


def test_a_quarantine_that_is_over_is_no_news(ledger: Ledger) -> None:
    ledger.devices.seen("phone-c", "online", "host")
    ledger.devices.quarantine("phone-c", "it does not answer", until=datetime.now(UTC) - timedelta(minutes=1))
    assert _subjects(ledger) == []


def test_each_listener_is_told_by_itself(ledger: Ledger) -> None:
    _hold(ledger)
    now = datetime.now(UTC)
    ledger.announcements.told(ledger.announcements.due(now, "webhook"), "webhook")
    assert ledger.announcements.due(now, "webhook") == []
    assert _subjects(ledger) == [("account", "anna")]
