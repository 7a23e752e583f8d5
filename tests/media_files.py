"""Pictures and videos for tests: small, and what they say that they are."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image


def picture(picture_format: str = "JPEG", colour: str = "#c8553d", size: tuple[int, int] = (32, 48)) -> bytes:
    """Return a picture; another colour makes another file."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, picture_format)
    return out.getvalue()


def video(brand: bytes = b"isom", content: bytes = b"frames") -> bytes:
    """Return the boxes of a film that holds nothing to see."""
    boxes = [(b"ftyp", brand + bytes(4) + b"mp42"), (b"moov", bytes(32)), (b"mdat", content)]
    return b"".join(struct.pack(">I4s", 8 + len(body), name) + body for name, body in boxes)


def written(path: Path, content: bytes) -> Path:
    """Write a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
