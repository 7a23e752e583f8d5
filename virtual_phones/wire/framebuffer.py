"""The `framebuffer:` service: one raw picture of the display.

The header is version 1 of adbd's framebuffer service: version, bits a pixel, size, width, height, then offset and
length of red, blue, green and alpha.
"""

from __future__ import annotations

import struct

from virtual_phones.phone import VirtualPhone
from virtual_phones.wire.stream import Stream


async def send_framebuffer(stream: Stream, phone: VirtualPhone) -> None:
    """Send the header and the pixels, RGBA, row by row."""
    picture = phone.picture()
    pixels, (width, height) = picture.convert("RGBA").tobytes(), picture.size
    header = struct.pack("<13I", 1, 32, len(pixels), width, height, 0, 8, 16, 8, 8, 8, 24, 8)
    await stream.write(header + pixels)
