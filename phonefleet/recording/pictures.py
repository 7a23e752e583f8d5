"""Paints over the parts of a screenshot that show people, or names."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from phonefleet.geometry import Rect
from phonefleet.pictures import opened
from phonefleet.recording.hierarchies import Area

_PICTURE, _PAPER, _INK = "#9aa0a6", "#e8eaed", "#202124"
_LARGEST_TEXT, _SMALLEST_TEXT = 40, 8
"""Height of a label that is written again: at most in pixels of the display, at least in those of the picture."""


def painted(png: bytes, display: Rect, areas: Sequence[Area]) -> bytes:
    """Return a screenshot with the areas painted over, without anything that the file said beside the picture.

    Raises:
        OSError, SyntaxError, ValueError: it is no picture, or damaged.

    """
    with opened(io.BytesIO(png)) as found:
        picture = Image.new("RGB", found.size)
        picture.paste(found.convert("RGB"))
    brush = ImageDraw.Draw(picture)
    for area in areas:
        _paint(brush, area, (picture.width / max(1, display.width), picture.height / max(1, display.height)))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _paint(brush: ImageDraw.ImageDraw, area: Area, scale: tuple[float, float]) -> None:
    x, y = scale
    box = (area.bounds.left * x, area.bounds.top * y, area.bounds.right * x, area.bounds.bottom * y)
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return
    brush.rectangle(box, fill=_PICTURE if area.is_picture else _PAPER)
    size = min(_LARGEST_TEXT * x, (box[3] - box[1]) * 0.6)
    if area.label and size >= _SMALLEST_TEXT:
        font = ImageFont.load_default(round(size))
        brush.text((box[0] + 2, (box[1] + box[3] - size) / 2), _cut(area.label, font, box[2] - box[0] - 4), _INK, font)


def _cut(label: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    """Return the beginning of a label that fits into a width, on one line."""
    line = " ".join(label.split())
    while line and font.getlength(line) > width:
        line = line[:-1]
    return line
