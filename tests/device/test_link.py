"""Bringing a phone's adb connection back, and what it means when that takes all the time there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.link import restore
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import tightest, within
from phonefleet.errors import DeviceOffline
from tests.device.clocks import MovableClock

ADDRESS = "127.0.0.1:1"
LIMIT = timedelta(seconds=10)


class LongSearch(FastAdbClient):
    """An adb server that does not find the phone, and takes all the time of the call for it."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(1, clock=clock)
        self.movable = clock

    def listed_devices(self) -> list[ListedDevice]:
        tightest(LIMIT, self.clock).remaining()
        return []

    def connect(self, addr: str, timeout: float | None = None) -> str:
        self.movable.put_forward(LIMIT)
        return f"failed to connect to '{addr}' after {timeout} s"


def test_a_phone_that_is_searched_for_until_the_deadline_is_away_and_not_frozen(clock: MovableClock) -> None:
    with within(LIMIT, clock), pytest.raises(DeviceOffline, match=ADDRESS):
        restore(LongSearch(clock), ADDRESS)
