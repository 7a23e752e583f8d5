"""Phones and accounts in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.errors import DeviceUnknown
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.account_list import AccountFilter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_a_phone_seen_again_keeps_what_is_not_told(ledger: Ledger) -> None:
    ledger.devices.seen("s1", "online", "host-a", model="Pixel", android_version="14", at=NOW)
    ledger.devices.seen("s1", "offline", "host-b", at=LATER)
    phone = ledger.devices.get("s1")
    assert phone is not None
    assert (phone.model, phone.android_version, phone.state, phone.host) == ("Pixel", "14", "offline", "host-b")
    assert (phone.first_seen, phone.last_seen, phone.enabled) == (NOW, LATER, True)


def test_names_resolve_by_serial_and_by_alias(ledger: Ledger) -> None:
    ledger.devices.seen("s1", "online", "host", at=NOW)
    ledger.devices.seen("s2", "online", "host", at=NOW)
    ledger.devices.set_alias("s2", "device_serial_2")
    found = ledger.devices.resolve(["device_serial_2", "nobody", "s1"])
    assert found == {"device_serial_2": "s2", "s1": "s1"}
    assert ledger.devices.resolve([]) == {}


def test_an_alias_moves_to_the_phone_that_gets_it_last(ledger: Ledger) -> None:
    for serial in ("s1", "s2"):
        ledger.devices.seen(serial, "online", "host", at=NOW)
        ledger.devices.set_alias(serial, "front")
    assert [(phone.serial, phone.alias) for phone in ledger.devices.all()] == [("s1", None), ("s2", "front")]


def test_a_phone_that_nobody_has_seen_has_no_alias_and_no_quarantine(ledger: Ledger) -> None:
    with pytest.raises(DeviceUnknown):
        ledger.devices.set_alias("ghost", "alias")
    with pytest.raises(DeviceUnknown):
        ledger.devices.quarantine("ghost", "frozen", LATER)
    assert ledger.devices.get("ghost") is None


def test_a_quarantine_has_a_reason_and_an_end_and_can_be_lifted(ledger: Ledger) -> None:
    ledger.devices.seen("s1", "online", "host", at=NOW)
    ledger.devices.quarantine("s1", "frozen", LATER)
    phone = ledger.devices.get("s1")
    assert phone is not None
    assert (phone.quarantine_reason, phone.quarantined_until) == ("frozen", LATER)
    ledger.devices.release("s1")
    phone = ledger.devices.get("s1")
    assert phone is not None
    assert phone.quarantined_until is None


def test_accounts_are_bound_to_the_phone_that_shows_them(ledger: Ledger) -> None:
    ledger.accounts.sync("s1", "sample", ["shop", "studio"])
    ledger.accounts.sync("s2", "sample", ["studio"])
    ledger.accounts.sync("s1", "other", ["shop"])
    assert [(a.username, a.app) for a in ledger.accounts.all(AccountFilter(serial="s1"))] == [
        ("shop", "sample"),
        ("shop", "other"),
    ]
    assert [a.serial for a in ledger.accounts.matching(["studio", "nobody"])] == ["s2"]
    assert [a.app for a in ledger.accounts.matching(["shop"], "other")] == ["other"]
    assert ledger.accounts.page(AccountFilter(), 1, 2).total == 3


def test_an_account_that_is_no_longer_shown_is_signed_out(ledger: Ledger) -> None:
    ledger.accounts.sync("s1", "sample", ["shop", "studio"])
    ledger.accounts.sync("s1", "sample", ["studio"])
    assert [(a.username, a.signed_in) for a in ledger.accounts.all(AccountFilter(serial="s1"))] == [
        ("shop", False),
        ("studio", True),
    ]
    ledger.accounts.sync("s1", "sample", [])
    assert not any(account.signed_in for account in ledger.accounts.all(AccountFilter(serial="s1")))


def test_a_hold_keeps_its_first_reason_until_it_is_released(ledger: Ledger) -> None:
    ledger.accounts.sync("s1", "sample", ["shop"])
    ledger.accounts.hold("shop", "sample", "asked for a code", NOW)
    ledger.accounts.hold("shop", "sample", "blocked", LATER)
    account = ledger.accounts.get("shop", "sample")
    assert account is not None
    assert (account.hold_reason, account.held_since) == ("asked for a code", NOW)
    ledger.accounts.release(account.id)
    account = ledger.accounts.get("shop", "sample")
    assert account is not None
    assert account.held_since is None
