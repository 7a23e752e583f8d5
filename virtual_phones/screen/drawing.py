"""Pictures of a virtual phone's screen, drawn from its views so that a person can read them.

Knows views only. Text is drawn with the font that Pillow ships, so that nothing need be installed; characters that the
font lacks, such as emoji, show as boxes.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from phonefleet.geometry import Rect
from virtual_phones.screen.hierarchy import View, is_modal, shown_text, view
from virtual_phones.screen.node import Node

_PAPER, _FAINT, _ACCENT, _PICTURE = "#fafafa", "#8a8a90", "#1a73e8", "#c9d3df"
_INK, _LIGHT_INK, _FAINT_INK, _FAINT_LIGHT_INK = "#1b1b1f", "#ffffff", "#66666c", "#dcdce2"
_TEXT_SIZE, _SMALL_SIZE, _SMALLEST = 40, 28, 7
"""Height of text, of hints and of descriptions in pixels, and the smallest height that is drawn at all."""
_LINE = 1.3
_MIDDLE_GREY = 140

_SHADE = 0.4
"""How much darker everything is behind a dialog."""
_ELLIPSIS = "..."

_Box = tuple[float, float, float, float]
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class _Brush:
    """What is drawn with: the picture, and how many of its pixels a pixel of the display is."""

    picture: Image.Image
    draw: ImageDraw.ImageDraw
    scale: float

    def box(self, rect: Rect, inset: float = 0) -> _Box:
        """Return a rectangle of the display in pixels of the picture, the last ones included."""
        scale = self.scale
        left, top = rect.left * scale + inset, rect.top * scale + inset
        return left, top, max(left, rect.right * scale - 1 - inset), max(top, rect.bottom * scale - 1 - inset)

    @property
    def stroke(self) -> int:
        """Width of a border in pixels of the picture."""
        return max(1, round(3 * self.scale))


def png(root: Node, width: int, height: int, *, scale: float = 1.0, dark: bool = False) -> bytes:
    """Return the screen as PNG; `scale` makes the picture smaller, `dark` is a display that is off."""
    return to_png(draw(root, width, height, scale=scale, dark=dark))


def draw(root: Node, width: int, height: int, *, scale: float = 1.0, dark: bool = False) -> Image.Image:
    """Return the screen as a picture of `width` by `height` display pixels, times `scale`."""
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if dark:
        return Image.new("RGB", size, "#000000")
    picture = Image.new("RGB", size, _PAPER)
    _draw_view(_Brush(picture, ImageDraw.Draw(picture), scale), view(root, Rect(0, 0, width, height)), _PAPER)
    return picture


def to_png(picture: Image.Image) -> bytes:
    """Return PNG bytes, made for speed rather than size."""
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)
    return data.getvalue()


def to_jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """Return JPEG bytes of a quality from 1 to 95."""
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=min(95, max(1, quality)))
    return data.getvalue()


def _draw_view(brush: _Brush, seen: View, paper: str) -> None:
    node = seen.node
    paper = node.fill or paper
    if node.fill is not None:
        brush.draw.rectangle(brush.box(seen.bounds), fill=node.fill)
    _draw_widget(brush, seen, paper)
    for child in seen.painted():
        if seen.parent is None and child.index and is_modal(child.node, node):
            _shade(brush)
        _draw_view(brush, child, paper)


def _shade(brush: _Brush) -> None:
    """Darken what has been drawn: a dialog comes over it."""
    black = Image.new("RGB", brush.picture.size)
    brush.picture.paste(Image.blend(brush.picture, black, _SHADE))


def _draw_widget(brush: _Brush, seen: View, paper: str) -> None:
    node, kind = seen.node, seen.node.class_name.rpartition(".")[2]
    if kind.endswith("EditText"):
        _draw_field(brush, seen)
    elif node.checkable:
        _draw_mark(brush, seen)
    elif kind.endswith(("ImageView", "ImageButton", "VideoView", "TextureView")):
        _draw_image(brush, seen)
    elif kind.endswith("Button"):
        _draw_button(brush, seen)
    _draw_text(brush, seen, paper)


def _draw_button(brush: _Brush, seen: View) -> None:
    color = _ACCENT if seen.node.enabled else _FAINT
    box = brush.box(seen.bounds)
    brush.draw.rounded_rectangle(
        box, radius=12 * brush.scale, fill=seen.node.fill, outline=color, width=brush.stroke * (1 + seen.node.selected)
    )


def _draw_field(brush: _Brush, seen: View) -> None:
    color = _ACCENT if seen.node.focused else _FAINT
    brush.draw.rectangle(brush.box(seen.bounds), outline=color, width=brush.stroke)


def _draw_image(brush: _Brush, seen: View) -> None:
    left, top, right, bottom = box = brush.box(seen.bounds)
    brush.draw.rectangle(box, fill=seen.node.fill or _PICTURE, outline=_ACCENT if seen.node.selected else _FAINT)
    if not (seen.node.text or seen.node.content_desc):
        brush.draw.line((left, top, right, bottom), fill=_FAINT)
        brush.draw.line((left, bottom, right, top), fill=_FAINT)


def _draw_mark(brush: _Brush, seen: View) -> None:
    """Draw a check mark's box at the right edge, filled when it is set."""
    left, top, right, bottom = brush.box(seen.bounds)
    side = min(48 * brush.scale, bottom - top, right - left)
    middle = (top + bottom) / 2
    box = (right - side, middle - side / 2, right, middle + side / 2)
    brush.draw.rectangle(box, fill=_ACCENT if seen.node.checked else None, outline=_ACCENT, width=brush.stroke)


def _draw_text(brush: _Brush, seen: View, paper: str) -> None:
    node = seen.node
    text = shown_text(node) or (node.content_desc if not node.children else "")
    size = min(_TEXT_SIZE if node.text else _SMALL_SIZE, seen.bounds.height * 0.7) * brush.scale
    if not text or size < _SMALLEST:
        return
    font = _font(round(size))
    left, top, right, bottom = brush.box(seen.bounds, inset=8 * brush.scale)
    lines = _wrap(text, font, right - left, max(1, int((bottom - top) / (size * _LINE))))
    height = len(lines) * size * _LINE
    centered = node.class_name.endswith("Button") or (node.clickable and node.fill is not None)
    for row, line in enumerate(lines):
        x = left + max(0, right - left - font.getlength(line)) / 2 if centered else left
        brush.draw.text((x, (top + bottom - height) / 2 + row * size * _LINE), line, font=font, fill=_ink(node, paper))


def _ink(node: Node, paper: str) -> str:
    """Return a colour that can be read on the paper; hints and descriptions are faint."""
    light = _brightness(paper) > _MIDDLE_GREY
    if not node.text or not node.enabled:
        return _FAINT_INK if light else _FAINT_LIGHT_INK
    return _INK if light else _LIGHT_INK


@functools.lru_cache(maxsize=256)
def _brightness(color: str) -> int:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return (red * 299 + green * 587 + blue * 114) // 1000


@functools.lru_cache(maxsize=64)
def _font(size: int) -> _Font:
    return ImageFont.load_default(size)


def _wrap(text: str, font: _Font, width: float, most: int) -> list[str]:
    """Break the text into at most `most` lines that fit; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines.extend(_fill(paragraph, font, width))
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1]}{_ELLIPSIS}"]
            break
    return [_cut(line, font, width) for line in lines]


def _fill(paragraph: str, font: _Font, width: float) -> list[str]:
    lines, line = list[str](), ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if line and font.getlength(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _cut(line: str, font: _Font, width: float) -> str:
    """Shorten a line that is too long for the width."""
    length = font.getlength(line)
    if length <= width:
        return line
    kept = line.removesuffix(_ELLIPSIS)[: int(len(line) * width / length)]
    while kept and font.getlength(kept + _ELLIPSIS) > width:
        kept = kept[:-1]
    return kept + _ELLIPSIS if kept else ""
