"""Pictures of a phone's screen: whatever it takes, as PNG."""

from __future__ import annotations

import io

from phonefleet.errors import AutomationDown
from phonefleet.pictures import opened


def as_png(picture: bytes) -> bytes:
    """Convert any picture to PNG; fast rather than small."""
    out = io.BytesIO()
    try:
        with opened(io.BytesIO(picture)) as image:
            image.save(out, "PNG", compress_level=1)
    except OSError as error:
        message = "The phone took no picture of its screen that can be read."
        raise AutomationDown(message) from error
    return out.getvalue()
