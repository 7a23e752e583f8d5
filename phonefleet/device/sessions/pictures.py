"""Converts screenshots to PNG, from any format that a phone sends."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Final

from phonefleet.errors import AutomationDown
from phonefleet.pictures import opened
from phonefleet.words import say

NO_PICTURE: Final = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error,
)  # fmt: skip
"""The errors that Pillow raises for bytes that are no picture, or a broken or oversized one."""


def as_png(picture: bytes) -> bytes:
    """Convert any picture to PNG; fast rather than small.

    Raises:
        AutomationDown: the bytes are no picture that can be read.

    """
    out = io.BytesIO()
    try:
        with opened(io.BytesIO(picture)) as image:
            image.save(out, "PNG", compress_level=1)
    except NO_PICTURE as error:
        message = say(
            "device.phone_took_no_picture_screen_2", "The phone took no picture of its screen that can be read."
        )
        raise AutomationDown(message) from error
    return out.getvalue()
