"""Captures screenshot and hierarchy of a phone after a failure, as far as it still answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.deadline import within
from phonefleet.device.phone import Phone
from phonefleet.errors import Evidence, PhonefleetError

CAPTURE_LIMIT = timedelta(seconds=5)


def capture(phone: Phone, limit: timedelta = CAPTURE_LIMIT, clock: Clock | None = None) -> Evidence:
    """Return screenshot and hierarchy, each None if the phone does not deliver it; raises no `PhonefleetError`."""
    screenshot = hierarchy = None
    with within(limit, clock or SystemClock()):
        with suppress(PhonefleetError):
            hierarchy = phone.hierarchy()
        with suppress(PhonefleetError):
            screenshot = phone.screenshot()
    return Evidence(screenshot, hierarchy)
