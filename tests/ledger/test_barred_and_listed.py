"""What phones and accounts show however many there are, and who may not work."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from phonefleet.errors import AccountTaken, AliasTaken, DeviceUnknown
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.account_list import AccountFilter
from phonefleet.ledger.fleet.device_list import DeviceFilter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def counted() -> Generator[list[str]]:
    """Gather the statements that the block sends to any database."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def fill(ledger: Ledger, phones: int, accounts: int) -> None:
    for number in range(phones):
        ledger.devices.seen(f"s{number:03}", "device", "host", at=NOW)
    entries = [AccountEntry("sample", f"u{number}", f"s{number % phones:03}") for number in range(accounts)]
    ledger.accounts.write(entries)


def test_two_hundred_phones_and_ten_thousand_accounts_take_as_many_queries_as_one(
    ledger: Ledger, new_task: Callable[..., NewTask]
) -> None:
    fill(ledger, 200, 10_000)
    running, *_ = ledger.tasks.create([new_task(serial="s001") for _ in range(3)])
    ledger.tasks.project(running, StateChange("RUNNING", "Running", NOW))
    with counted() as statements:
        phones = ledger.devices.page(DeviceFilter(), 1, 100)
        busy = ledger.devices.page(DeviceFilter(state="busy"))
        accounts = ledger.accounts.page(AccountFilter(serial="s001"), 1, 100)
    assert len(statements) == 6  # for each list how many there are, and the page
    assert (phones.total, len(phones.items), accounts.total, len(accounts.items)) == (200, 100, 50, 50)
    assert [(listed.device.serial, listed.current_task, listed.queue_length) for listed in busy.items] == [
        ("s001", running, 2)
    ]
    assert {listed.phone.serial for listed in accounts.items if listed.phone} == {"s001"}


def test_a_phone_is_found_by_its_serial_before_another_one_by_its_alias(ledger: Ledger) -> None:
    for serial in ("s1", "s2"):
        ledger.devices.seen(serial, "device", "host")
    ledger.devices.set_alias("s1", "s2")
    found = ledger.devices.named("s2")
    assert found is not None
    assert found.device.serial == "s2"
    assert ledger.devices.named("s3") is None


def test_an_alias_is_taken_by_aliases_and_by_serials(ledger: Ledger) -> None:
    for serial in ("s1", "s2"):
        ledger.devices.seen(serial, "device", "host")
    ledger.devices.change("s1", alias="front")
    for alias in ("front", "s1"):
        with pytest.raises(AliasTaken):
            ledger.devices.change("s2", alias=alias, enabled=False)
    ledger.devices.change("s1", alias="s1")
    with pytest.raises(DeviceUnknown):
        ledger.devices.change("ghost", enabled=False)
    assert [phone.enabled for phone in ledger.devices.all()] == [True, True]


def test_the_barred_phones_of_a_host_are_those_that_rest_or_are_disabled(ledger: Ledger) -> None:
    for serial in ("rests", "rested", "off", "works"):
        ledger.devices.seen(serial, "device", "host")
    ledger.devices.seen("other", "device", "elsewhere")
    ledger.devices.quarantine("rests", "frozen")
    ledger.devices.quarantine("rested", "frozen", datetime.now(UTC) - timedelta(seconds=1))
    ledger.devices.quarantine("other", "frozen")
    ledger.devices.change("off", enabled=False)
    assert sorted(phone.serial for phone in ledger.devices.barred("host")) == ["off", "rests"]


def test_a_workers_word_neither_replaces_nor_ends_a_persons_quarantine(ledger: Ledger) -> None:
    ledger.devices.seen("s1", "device", "host")
    ledger.devices.quarantine("s1", "cable", by="person")
    ledger.devices.quarantine("s1", "frozen")
    assert not ledger.devices.release("s1", by="worker")
    phone = ledger.devices.get("s1")
    assert phone is not None
    assert (phone.quarantine_reason, phone.quarantined_by) == ("cable", "person")
    assert ledger.devices.release("s1")
    assert not ledger.devices.release("s1")


def test_names_differ_by_more_than_case(ledger: Ledger) -> None:
    first = ledger.accounts.create(AccountEntry("sample", "Ärger", "s1"))
    with pytest.raises(AccountTaken):
        ledger.accounts.create(AccountEntry("sample", "äRGER", "s2"))
    other = ledger.accounts.create(AccountEntry("other", "ärger", "s1"))
    second = ledger.accounts.create(AccountEntry("sample", "shop", "s1"))
    with pytest.raises(AccountTaken):
        ledger.accounts.change(second, username="ÄRGER")
    assert [account.id for account in ledger.accounts.matching(["ÄRGER"])] == [first, other]


def test_what_the_app_shows_is_the_account_that_was_entered(ledger: Ledger) -> None:
    account_id = ledger.accounts.create(AccountEntry("sample", "SHOP", "s1", tags=["vip"]))
    assert ledger.accounts.sync("s2", "sample", ["shop", "studio"]) == []
    found = ledger.accounts.of_id(account_id)
    assert found is not None
    assert (found.account.username, found.account.serial, found.account.tags) == ("shop", "s2", ["vip"])
    assert (found.account.signed_in, found.phone) == (True, None)
    assert ledger.accounts.sync("s2", "sample", ["Studio"]) == ["shop"]
    assert ledger.accounts.sync("s2", "sample", ["Studio"]) == []


def test_writing_accounts_keeps_what_an_entry_leaves_open(ledger: Ledger) -> None:
    ledger.accounts.sync("s1", "sample", ["shop"])
    full = AccountEntry("sample", "shop", "s1", enabled=False, tags=["vip"])
    assert ledger.accounts.write([full, AccountEntry("sample", "new", "s1")]) == (1, 1)
    assert ledger.accounts.write([AccountEntry("sample", "Shop", "s2")]) == (0, 1)
    shop, new = ledger.accounts.get("shop", "sample"), ledger.accounts.get("new", "sample")
    assert shop is not None
    assert new is not None
    assert (shop.serial, shop.enabled, shop.tags, shop.signed_in) == ("s2", False, ["vip"], False)
    assert (new.enabled, new.tags, new.signed_in) == (True, [], False)


def test_the_barred_accounts_of_a_phone_are_those_that_are_held_or_disabled(ledger: Ledger) -> None:
    ledger.accounts.sync("s1", "sample", ["held", "off", "free"])
    ledger.accounts.hold("HELD", "sample", "blocked", NOW)
    off = ledger.accounts.get("off", "sample")
    assert off is not None
    assert ledger.accounts.change(off.id, enabled=False)
    assert [account.username for account in ledger.accounts.barred("s1", "sample")] == ["held", "off"]
    assert ledger.accounts.barred("s1", "other") == []
