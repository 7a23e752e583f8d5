"""What a person does to a phone through a program: values alone, for whoever wants to know of it."""

from __future__ import annotations

from dataclasses import dataclass

from phonefleet.device.hand import Spot


@dataclass(frozen=True, slots=True)
class Touched:
    """A finger that went down and up: places as fractions of the screen as it is held, and how long it stayed."""

    start: Spot
    end: Spot
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, as `phonefleet.device.hand` names it."""

    key: str


Entered = Touched | Pressed
