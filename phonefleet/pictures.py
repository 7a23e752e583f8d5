"""Pictures from outside, opened within bounds: the size is looked at before one is decoded, and few are at once.

A small file can stand for a picture of gigabytes. Whoever decodes pictures of phones or of people opens them here.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image

from phonefleet.words import say

MOST_PIXELS: Final = 80_000_000
"""A picture of a modern camera has up to 50 million; decoded, so many take some 320 MB."""

AT_ONCE: Final = 2
_decoding = threading.BoundedSemaphore(AT_ONCE)


class PictureTooLargeError(OSError):
    """The picture has too many pixels."""


@contextmanager
def opened(source: Path | BinaryIO, formats: tuple[str, ...] | None = None) -> Generator[Image.Image]:
    """Open a picture; what is done with it in the block is done for `AT_ONCE` pictures of the process at a time.

    Raises:
        PictureTooLargeError: it has more than `MOST_PIXELS`.
        OSError, SyntaxError, ValueError: it is none, or damaged.

    """
    with _decoding:
        try:
            found = Image.open(source, formats=formats)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # Pillow's own, higher bound
            raise PictureTooLargeError(str(error)) from error
        with found as image:
            if image.width * image.height > MOST_PIXELS:
                message = say(
                    "pictures.x_pixels_all_most",
                    "{width} x {height} pixels; {most_pixels} in all are the most",
                    width=image.width,
                    height=image.height,
                    most_pixels=MOST_PIXELS,
                )
                raise PictureTooLargeError(message)
            yield image
