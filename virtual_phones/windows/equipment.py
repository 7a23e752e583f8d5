"""What the windows of a phone depend on: how it is navigated, what is cut out of its display, its second display."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from phonefleet.geometry import Rect

_DENSITY = 420
_BASELINE = 160
"""Dots per inch at which a dp is a pixel."""

COVER = (1080, 1056)
"""Width and height of a second display in pixels: that on the back of a phone which folds."""


def dp(value: float) -> int:
    """Return density-independent pixels as pixels of a virtual phone."""
    return round(value * _DENSITY / _BASELINE)


STATUS_BAR, TALL_STATUS_BAR = dp(24), dp(42)
NAVIGATION_BAR, GESTURE_BAR = dp(48), dp(24)
HOME_GESTURE, BACK_GESTURE = dp(32), dp(24)
"""How far from the lower edge and from the sides a swipe is one of the system's (navigation_bar_gesture_height)."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What differs from phone to phone; `overlay` is what lies over all windows without taking touches."""

    navigation: Literal["gestures", "buttons"] = "buttons"
    cutout: bool = False
    overlay: Literal["none", "cutout", "edge"] = "none"
    second_display: bool = False

    @classmethod
    def drawn(cls, rng: random.Random) -> Equipment:
        """Draw the equipment of a phone by chance."""
        navigation = rng.choice(("gestures", "buttons"))
        cutout = rng.random() < 1 / 2
        overlay = rng.choice(("none", "none", "edge", "cutout" if cutout else "none"))
        return cls(navigation, cutout, overlay, second_display=rng.random() < 1 / 4)

    @property
    def status_bar(self) -> int:
        """Height of the status bar in pixels."""
        return TALL_STATUS_BAR if self.cutout else STATUS_BAR

    def free(self, display: Rect, rotation: int) -> Rect:
        """Return the part of a display that the bars leave to apps."""
        bar = self.navigation_bar(display, rotation)
        left, right, bottom = display.left, display.right, display.bottom
        if bar.height < display.height:
            bottom = bar.top
        elif bar.left == left:
            left = bar.right
        else:
            right = bar.left
        return Rect(left, display.top + self.status_bar, right, bottom)

    def navigation_bar(self, display: Rect, rotation: int) -> Rect:
        """Return where the navigation bar is: buttons go to the side of a phone that is held sideways."""
        left, top, right, bottom = display.left, display.top, display.right, display.bottom
        if self.navigation == "gestures":
            return Rect(left, bottom - GESTURE_BAR, right, bottom)
        match rotation:
            case 1:
                return Rect(right - NAVIGATION_BAR, top, right, bottom)
            case 3:
                return Rect(left, top, left + NAVIGATION_BAR, bottom)
            case _:
                return Rect(left, bottom - NAVIGATION_BAR, right, bottom)
