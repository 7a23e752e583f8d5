"""A phone that is carried from one host to another is the same phone, and both may speak of its runs."""

from __future__ import annotations

import pytest

from api.hosts.confinement import Confinement
from phonefleet.clock import SystemClock
from phonefleet.errors import NotOfThisHost
from phonefleet.hardware import Hardware
from phonefleet.hosts.calls import CALLS, named_in
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.addresses import AddressSeen

CLOCK = SystemClock()


def test_a_phone_that_was_carried_away_still_counts_for_the_host_that_had_it(ledger: Ledger) -> None:
    hardware = phone_at(ledger, "first", "usb-7")
    assert phone_at(ledger, "second", "usb-7") == hardware
    confinement = Confinement(ledger, CLOCK)
    for host in ("first", "second"):
        confinement.check(host, CALLS["devices", "get"], named_in({"serial": hardware}))
    with pytest.raises(NotOfThisHost):
        confinement.check("third", CALLS["devices", "get"], named_in({"serial": hardware}))


def phone_at(ledger: Ledger, host: str, address: str) -> str:
    """Report a phone on a host, and return its serial."""
    seen = AddressSeen(address, "device", host, Hardware("usb-7", "aaaa0000bbbb0000"))
    [phone] = ledger.devices.record_address(seen)
    return phone.serial
