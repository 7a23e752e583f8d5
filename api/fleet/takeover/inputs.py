"""Knows which phones get an input just now, so that no phone is given back in the middle of one.

A slow phone takes a touch seconds after it was sent. If the phone went back to its tasks meanwhile, that touch would
hit whatever a task has on the screen by then. This module does not know who may make inputs.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from phonefleet.device.entered import Entered
from phonefleet.device.hand import INPUT_LIMIT
from phonefleet.errors import NotHeld
from phonefleet.words import say

_PATIENCE: Final = INPUT_LIMIT + timedelta(seconds=15)
"""How long giving back waits for inputs, each of which has a limit of its own."""


class Inputs:
    """Inputs that are being made by this process. Thread-safe.

    with inputs.one_on("R58M123ABC"):
        hand.tap("R58M123ABC", Spot(0.5, 0.5))
    with inputs.none_on("R58M123ABC"):
        ledger.takeovers.end("R58M123ABC", "Ann", now)
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._going: Counter[str] = Counter()
        self._ending: Counter[str] = Counter()
        self.listeners: list[Callable[[str, Entered], None]] = []
        """Called with the phone's serial after each touch and key, in the thread of the request."""

    @contextmanager
    def one_on(self, serial: str) -> Generator[None]:
        """Count an input for as long as the block lasts. Raises `NotHeld` where the phone is being given back."""
        with self._changed:
            if self._ending[serial]:
                message = say("fleet.phone_being_given_back_take", "The phone is being given back: take it over again.")
                raise NotHeld(message)
            self._going[serial] += 1
        try:
            yield
        finally:
            with self._changed:
                self._going[serial] -= 1
                self._changed.notify_all()

    def tell(self, serial: str, entered: Entered) -> None:
        """Tell all listeners what was done to a phone."""
        for listener in self.listeners:
            listener(serial, entered)

    @contextmanager
    def none_on(self, serial: str) -> Generator[None]:
        """Wait until the inputs on a phone have ended, and let none begin within the block.

        Raises:
            NotHeld: an input does not end.

        """
        with self._changed:
            self._ending[serial] += 1
        try:
            self._wait_for(serial)
            yield
        finally:
            with self._changed:
                self._ending[serial] -= 1

    def _wait_for(self, serial: str) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: not self._going[serial], _PATIENCE.total_seconds()):
                message = say(
                    "fleet.phone_not_taken_last_input",
                    "The phone has not taken the last input yet: wait a moment, and give it back then.",
                )
                raise NotHeld(message)
