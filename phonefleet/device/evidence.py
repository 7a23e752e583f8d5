"""What the phone showed when something failed, as far as it can still be had."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.deadline import within
from phonefleet.device.phone import Phone
from phonefleet.errors import Evidence, PhonefleetError

CAPTURE_LIMIT = timedelta(seconds=5)


def capture(phone: Phone, limit: timedelta = CAPTURE_LIMIT, clock: Clock | None = None) -> Evidence:
    """Return screenshot and hierarchy, each None where the phone does not give it; never raises for the phone."""
    screenshot = hierarchy = None
    with within(limit, clock or SystemClock()):
        with suppress(PhonefleetError):
            hierarchy = phone.hierarchy()
        with suppress(PhonefleetError):
            screenshot = phone.screenshot()
    return Evidence(screenshot, hierarchy)
