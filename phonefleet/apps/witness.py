"""Adds to an error what the phone showed when it happened."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from phonefleet.apps.screens.screen import Screen
from phonefleet.device.phone import Phone
from phonefleet.errors import Evidence, PhonefleetError

E = TypeVar("E", bound=PhonefleetError)


def witnessed(error: E, phone: Phone, screen: Screen | None = None) -> E:
    """Return the error with a picture and the hierarchy as its evidence: the screen's, or else that of now."""
    screenshot, hierarchy = None, screen.xml if screen else None
    with suppress(PhonefleetError):  # a phone that shows no more than this must not hide the error
        screenshot = phone.screenshot()
        hierarchy = hierarchy or phone.hierarchy()
    error.evidence = Evidence(screenshot, hierarchy)
    return error
