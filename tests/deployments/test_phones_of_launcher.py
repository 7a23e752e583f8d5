"""When the launcher counts its virtual phones as there."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployments.launcher import phones
from deployments.launcher.database import Databases
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.phones import FleetPhone, PhoneBook
from deployments.launcher.programs import Programs
from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.addresses import AddressSeen

PHONES = [
    FleetPhone(f"127.0.0.1:2100{place}", Hardware(f"phone-{place}", f"id-{place}"), ("shop",)) for place in (1, 2)
]


def test_phones_with_loose_contacts_are_there_when_each_was_online_once(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fleet(_url: str) -> list[FleetPhone]:
        return PHONES

    def reports(_book: PhoneBook) -> bool:
        return True

    monkeypatch.setattr(phones, "phones_of", fleet)
    monkeypatch.setattr(PhoneBook, "_worker_reports", reports)
    programs = Programs(Home(tmp_path), LaunchOptions(tmp_path, virtual=2), Databases(postgres_url, postgres_url))
    with PhoneBook(programs) as book, Ledger(postgres_url, pool_size=1) as ledger:
        book.prepare()
        book.meet()

        def now(first: str, second: str) -> None:
            for phone, state in zip(PHONES, (first, second), strict=True):
                ledger.devices.record_address(AddressSeen(phone.address, state, "host", phone.hardware))

        assert not book.connected()
        now("device", "offline")
        assert not book.connected()
        now("offline", "device")
        assert book.connected(), "both were there, if not together"
