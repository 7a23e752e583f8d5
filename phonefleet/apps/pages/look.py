"""What a part of the screen looks like: enough to tell whether another picture stands there now."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from phonefleet.errors import AutomationDown
from phonefleet.geometry import Rect
from phonefleet.pictures import opened
from phonefleet.words import say

_CELLS = 4
_NOTICEABLE = 16
"""By how much a colour, from 0 to 255, must differ to be another one: apps compress pictures anew."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a coarse grid over a picture, three bytes a cell."""

    cells: bytes

    def differs_from(self, other: Look) -> bool:
        """Tell whether a person would see another picture."""
        pairs = zip(self.cells, other.cells, strict=True)
        return any(abs(here - there) >= _NOTICEABLE for here, there in pairs)

    def dump(self) -> str:
        """Return it as text, to be kept."""
        return self.cells.hex()

    @classmethod
    def load(cls, kept: str) -> Look:
        """Read what `dump` returned."""
        return cls(bytes.fromhex(kept))


def look_of(screenshot: bytes, part: Rect, screen: Rect) -> Look:
    """Return what a part of a screen looks like on a screenshot of it, of whatever size; its edges do not count.

    Raises:
        AutomationDown: the screenshot is no picture.

    """
    try:
        return _look_of(screenshot, part, screen)
    except OSError as error:
        message = say(
            "apps.phone_sent_screenshot_no_picture",
            "the phone sent a screenshot that is no picture: {error}",
            error=error,
        )
        raise AutomationDown(message) from error


def _look_of(screenshot: bytes, part: Rect, screen: Rect) -> Look:
    with opened(io.BytesIO(screenshot)) as picture:
        scale = picture.width / screen.width
        margin_x, margin_y = part.width // 4, part.height // 4
        upper = round((part.left + margin_x) * scale), round((part.top + margin_y) * scale)
        lower = round((part.right - margin_x) * scale), round((part.bottom - margin_y) * scale)
        middle: Any = picture.convert("RGB").crop((*upper, *lower))  # Pillow does not type `resize` fully
        return Look(middle.resize((_CELLS, _CELLS), Image.Resampling.BOX).tobytes())


def look_of_file(path: Path) -> Look:
    """Return what the middle of a picture looks like, as large as fits: apps show people's pictures in a square.

    Raises:
        AutomationDown: the file is no picture.

    """
    content = path.read_bytes()
    try:
        with opened(io.BytesIO(content)) as picture:
            side, whole = min(picture.size), Rect(0, 0, *picture.size)
    except OSError as error:
        message = say("apps.no_picture", "{path} is no picture: {error}", path=path, error=error)
        raise AutomationDown(message) from error
    left, top = (whole.width - side) // 2, (whole.height - side) // 2
    return look_of(content, Rect(left, top, left + side, top + side), whole)
