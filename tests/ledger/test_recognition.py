"""A phone is its hardware: which phone is at an address, and what becomes of it when the address is another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from phonefleet.errors import AliasTaken, DeviceUnknown, NameUnclear, PhoneInUse
from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.account_list import AccountFilter
from phonefleet.ledger.fleet.addresses import AddressSeen, Whereabouts
from tests.listed import counts_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRONT, BACK = Hardware("R58M12FRONT", "f1f1f1f1f1f1f1f1"), Hardware("R58M12BACK", "b2b2b2b2b2b2b2b2")
PLACEHOLDER = "0123456789ABCDEF"

Sees = Callable[..., list[Whereabouts]]


@pytest.fixture
def sees(ledger: Ledger) -> Sees:
    """Let a host see something at an address."""

    def see(address: str, hardware: Hardware | None, state: str = "device", host: str = "desk") -> list[Whereabouts]:
        return ledger.devices.record_address(AddressSeen(address, state, host, hardware, model="Pixel"))

    return see


def serials(ledger: Ledger) -> list[str]:
    return [device.serial for device in ledger.devices.all()]


def test_a_phone_on_usb_is_called_as_adb_shows_it_and_one_in_a_network_by_its_number(
    ledger: Ledger, sees: Sees
) -> None:
    sees("HT7A1", FRONT)
    sees("192.168.1.20:5555", BACK)
    sees("adb-x-y._adb-tls-connect._tcp", Hardware(PLACEHOLDER, "c3c3"))
    assert serials(ledger) == ["HT7A1", "R58M12BACK", "c3c3"]


def test_one_phone_by_several_names_is_one_phone_and_usb_comes_first(ledger: Ledger, sees: Sees) -> None:
    sees("127.0.0.1:21001", FRONT)
    sees("localhost:21001", FRONT)
    [front] = sees("R58M12FRONT", FRONT)
    assert serials(ledger) == ["R58M12FRONT"]
    assert front.addresses == ("R58M12FRONT", "127.0.0.1:21001", "localhost:21001")
    [left] = sees("R58M12FRONT", None, "absent")
    assert left.addresses == ("127.0.0.1:21001", "localhost:21001")
    listed = ledger.devices.named("localhost:21001")
    assert listed is not None
    assert (listed.addresses, listed.state) == (("127.0.0.1:21001", "localhost:21001"), "online")


def test_the_address_of_a_phone_that_two_hosts_have_is_one_on_the_host_that_it_belongs_to(ledger: Ledger) -> None:
    def told(address: str, state: str, host: str) -> None:
        ledger.devices.record_address(AddressSeen(address, state, host, FRONT))

    told("R58M12FRONT", "device", "main")
    told("10.0.0.1:5555", "device", "berlin")
    told("R58M12FRONT", "offline", "main")
    told("10.0.0.1:5555", "unauthorized", "berlin")  # the better one of two that cannot work
    listed = ledger.devices.named("R58M12FRONT")
    assert listed is not None
    assert (listed.device.host, listed.address) == ("berlin", "10.0.0.1:5555")


def test_a_phone_that_comes_back_elsewhere_keeps_all_that_it_has(
    ledger: Ledger, sees: Sees, new_task: Callable[..., NewTask]
) -> None:
    sees("10.0.0.1:5555", FRONT)
    ledger.devices.change("R58M12FRONT", alias="front", group_name="shelf")
    ledger.devices.quarantine("R58M12FRONT", "is being cleaned", by="person")
    ledger.accounts.create(AccountEntry("sample", "anna", "R58M12FRONT"))
    ledger.tasks.create([new_task(serial="R58M12FRONT")])
    sees("10.0.0.1:5555", None, "absent")
    [front] = sees("10.0.0.9:5555", FRONT)
    assert front.addresses == ("10.0.0.9:5555",)
    [device] = ledger.devices.all()
    assert (device.alias, device.group_name, device.quarantine_reason) == ("front", "shelf", "is being cleaned")
    assert [account.username for account in ledger.accounts.all(AccountFilter(serial="R58M12FRONT"))] == ["anna"]
    assert ledger.devices.resolve(["10.0.0.1:5555", "10.0.0.9:5555", "front"]) == dict.fromkeys(
        ("10.0.0.1:5555", "10.0.0.9:5555", "front"), "R58M12FRONT"
    )


def test_phones_that_change_places_are_still_themselves(ledger: Ledger, sees: Sees) -> None:
    sees("10.0.0.1:5555", FRONT)
    sees("10.0.0.2:5555", BACK)
    [back, front] = sees("10.0.0.1:5555", BACK)
    assert (back.addresses, front.addresses) == (("10.0.0.2:5555", "10.0.0.1:5555"), ())
    [front, back] = sees("10.0.0.2:5555", FRONT)
    assert (front.addresses, back.addresses) == (("10.0.0.2:5555",), ("10.0.0.1:5555",))
    assert [device.quarantine_reason for device in ledger.devices.all()] == [None, None]


def test_an_unknown_phone_at_a_known_address_rests_and_asks(ledger: Ledger, sees: Sees) -> None:
    sees("10.0.0.1:5555", FRONT)
    sees("10.0.0.1:5555", BACK)
    back = ledger.devices.get("R58M12BACK")
    assert back is not None
    assert back.quarantined_by == "person"
    assert back.quarantine_reason is not None
    assert "R58M12FRONT" in back.quarantine_reason
    assert "forget R58M12FRONT" in back.quarantine_reason
    assert not ledger.devices.release("R58M12BACK", by="worker")


def test_what_does_not_answer_makes_no_phone_and_moves_no_address(ledger: Ledger, sees: Sees) -> None:
    sees("10.0.0.1:5555", FRONT)
    [front] = sees("10.0.0.1:5555", None)
    assert front.addresses == ()
    assert sees("10.0.0.2:5555", None) == []
    assert sees("10.0.0.3:5555", Hardware(FRONT.serial_number, "")) == []
    assert serials(ledger) == ["R58M12FRONT"]
    assert [stranger.address for stranger in ledger.devices.strangers()] == ["10.0.0.2:5555", "10.0.0.3:5555"]
    [front] = sees("10.0.0.2:5555", FRONT)
    assert front.addresses == ("10.0.0.2:5555",)
    assert [stranger.address for stranger in ledger.devices.strangers()] == ["10.0.0.3:5555"]


def test_what_waits_for_a_person_is_shown_with_its_state_until_it_is_gone(ledger: Ledger, sees: Sees) -> None:
    seen = AddressSeen("????????????", "no_permissions", "desk", advice="Add a udev rule.")
    assert ledger.devices.record_address(seen) == []
    [stranger] = ledger.devices.strangers()
    assert (stranger.state, stranger.advice) == ("no_permissions", "Add a udev rule.")
    sees("????????????", None, "absent")
    assert ledger.devices.strangers() == []


def test_a_known_phone_that_cannot_work_says_why(ledger: Ledger, sees: Sees) -> None:
    sees("HT7A1", FRONT)
    ledger.devices.record_address(AddressSeen("HT7A1", "unauthorized", "desk", advice="Accept the prompt."))
    listed = ledger.devices.named("HT7A1")
    assert listed is not None
    assert (listed.state, listed.advice) == ("unauthorized", "Accept the prompt.")


@pytest.mark.parametrize("number", [PLACEHOLDER, "R58M12FRONT"])
def test_two_that_claim_one_number_are_told_apart_and_named(ledger: Ledger, sees: Sees, number: str) -> None:
    sees(number, Hardware(number, "a1a1a1a1a1a1a1a1"))
    sees(number, None, "absent")
    sees("10.0.0.2:5555", Hardware(number, "b2b2b2b2b2b2b2b2"))
    names = serials(ledger)
    assert names[0] == number
    assert names[1] in {f"{number}-b2b2b2", "b2b2b2b2b2b2b2b2"}
    notes = [device.note for device in ledger.devices.all()]
    assert notes[0] is not None
    assert notes[1] is not None
    assert names[1] in notes[0]
    assert number in notes[1]


def test_a_name_is_an_identity_before_an_alias_before_an_address_before_a_former_one(
    ledger: Ledger, sees: Sees
) -> None:
    sees("10.0.0.1:5555", FRONT)
    sees("10.0.0.1:5555", None, "absent")
    sees("10.0.0.2:5555", FRONT)
    sees("10.0.0.1:5555", BACK)
    assert ledger.devices.resolve(["10.0.0.1:5555"]).serial_of("10.0.0.1:5555") == "R58M12BACK"
    sees("10.0.0.1:5555", None, "absent")
    with pytest.raises(NameUnclear, match=r"R58M12BACK and of R58M12FRONT"):
        ledger.devices.named("10.0.0.1:5555")
    with pytest.raises(AliasTaken):
        ledger.devices.change("R58M12FRONT", alias="10.0.0.1:5555")
    ledger.devices.set_alias("R58M12FRONT", "10.0.0.1:5555")
    assert ledger.devices.resolve(["10.0.0.1:5555"]).serial_of("10.0.0.1:5555") == "R58M12FRONT"
    assert ledger.devices.resolve(["nobody"]).serial_of("nobody") is None


def test_a_phone_known_by_its_address_alone_gets_its_identity_everywhere(
    ledger: Ledger, new_task: Callable[..., NewTask]
) -> None:
    address = "192.168.1.20:5555"
    ledger.devices.seen(address, "offline", "desk")
    ledger.devices.change(address, alias="front")
    ledger.accounts.create(AccountEntry("sample", "anna", address))
    [task_id] = ledger.tasks.create([new_task(serial=address)])
    ledger.verifications.record(address, "sample", "2.0.1", {"follow": "f"}, NOW)
    ledger.devices.quarantine(address, "is being cleaned", by="person")
    ledger.devices.record_address(AddressSeen(address, "device", "desk", FRONT))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert task.serial == "R58M12FRONT"
    assert [row.serial for row in ledger.outbox.due(5)] == ["R58M12FRONT"]
    assert [account.username for account in ledger.accounts.all(AccountFilter(serial="R58M12FRONT"))] == ["anna"]
    assert ledger.verifications.fingerprints("R58M12FRONT", "sample", "2.0.1") == {"follow": "f"}
    [device] = ledger.devices.all()
    assert (device.serial, device.alias, device.quarantine_reason) == ("R58M12FRONT", "front", "is being cleaned")
    assert counts_of(ledger, "serial").keys() == {"R58M12FRONT"}
    assert ledger.devices.resolve([address]).serial_of(address) == "R58M12FRONT"


def test_a_phone_known_by_two_names_becomes_one_with_all_that_either_had(
    ledger: Ledger, sees: Sees, new_task: Callable[..., NewTask]
) -> None:
    address = "192.168.1.20:5555"
    for serial in ("R58M12FRONT", address):
        ledger.devices.seen(serial, "offline", "desk")
        ledger.tasks.create([new_task(serial=serial)])
        ledger.verifications.record(serial, "sample", "2.0.1", {"follow": "f"}, NOW)
    ledger.devices.change(address, alias="front", enabled=False)
    sees(address, FRONT)
    [device] = ledger.devices.all()
    assert (device.serial, device.alias, device.enabled) == ("R58M12FRONT", "front", False)
    assert counts_of(ledger, "serial")["R58M12FRONT"].pending == 2


def test_a_host_that_looks_anew_has_no_phone_until_it_sees_it(ledger: Ledger, sees: Sees) -> None:
    sees("10.0.0.1:5555", FRONT)
    sees("HT7A1", BACK, host="other")
    ledger.devices.mark_all_absent("desk")
    assert {device.serial: device.state for device in ledger.devices.all()} == {
        "R58M12FRONT": "absent",
        "HT7A1": "device",
    }


def test_a_forgotten_phone_leaves_its_history_and_its_accounts_without_a_phone(
    ledger: Ledger, sees: Sees, new_task: Callable[..., NewTask]
) -> None:
    sees("HT7A1", FRONT)
    ledger.accounts.create(AccountEntry("sample", "anna", "HT7A1"))
    [task_id] = ledger.tasks.create([new_task(serial="HT7A1")])
    with pytest.raises(PhoneInUse, match="disconnect"):
        ledger.devices.forget("HT7A1")
    sees("HT7A1", None, "absent")
    assert ledger.devices.forget("HT7A1") == 1
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status_text, task.state, task.remark) == ("failed", "Cancelled", "the phone was forgotten")
    assert ledger.outbox.pending_count() == 0
    assert serials(ledger) == []
    [anna] = ledger.accounts.matching(["anna"])
    assert anna.serial == ""
    assert ledger.devices.resolve(["HT7A1"]).serial_of("HT7A1") is None
    with pytest.raises(DeviceUnknown):
        ledger.devices.forget("HT7A1")
    [again] = sees("HT7A1", FRONT)
    assert (again.serial, ledger.accounts.all(AccountFilter(serial="HT7A1"))) == ("HT7A1", [])
