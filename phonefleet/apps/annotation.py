"""Draws what the selectors of a profile found onto a picture of the screen, for people who check a profile.

Each box bears the names of the selectors that found it: green is clear, red is ambiguous or looks like a row of a list,
blue may be found many times. Without a picture the screen is drawn from its hierarchy: outlines and words.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont, ImageOps

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.sightings import Sighting
from phonefleet.apps.verification import acts_or_identifies
from phonefleet.errors import Permanent
from phonefleet.geometry import Rect
from phonefleet.pictures import opened
from phonefleet.words import say

_NARROWEST, _LARGEST = 720, 3200
"""Pixels: a narrower picture is enlarged, so that names can be read; a drawn screen is no larger than that."""

_LETTERS = 45
"""A letter's height is this part of the picture's width."""

_CLEAR, _DOUBTFUL, _OF_MANY = "#0a8f3c", "#d0021b", "#1f6fd6"
_PAPER, _LINES, _INK = "#ffffff", "#c8c8c8", "#555555"
_MOST_MOVES = 40
"""How often a name is moved out of the way of others."""


class PictureUnusable(Permanent):
    """The picture cannot be drawn upon."""


@dataclass(slots=True)
class _Sheet:
    """A picture that is drawn upon; `scale` are its pixels for one of the screen."""

    image: Image.Image
    scale: float
    names: list[Rect] = field(default_factory=list[Rect])

    @property
    def line(self) -> int:
        """How thick lines are."""
        return max(2, self.image.width // 270)

    def font(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        """Return the font that comes with Pillow."""
        return ImageFont.load_default(max(12, size))

    def place(self, bounds: Rect) -> Rect:
        """Return where a part of the screen is on the sheet."""
        edges = (bounds.left, bounds.top, bounds.right, bounds.bottom)
        left, top, right, bottom = (round(edge * self.scale) for edge in edges)
        whole = Rect(0, 0, self.image.width, self.image.height)
        return Rect(left, top, max(right, left + 1), max(bottom, top + 1)).intersection(whole)


def annotated(screen: Screen, found: Iterable[Sighting], picture: bytes | None = None) -> bytes:
    """Return a PNG of the screen with a box around all that was found; `picture` is a screenshot of it.

    Raises:
        PictureUnusable: the picture is none, or of another screen.

    """
    sheet = _drawn_screen(screen) if picture is None else _upon(picture, screen.bounds)
    pen = ImageDraw.Draw(sheet.image)
    for bounds, sightings in _by_place(found).items():
        _draw_box(pen, sheet, sheet.place(bounds), sightings)
    written = io.BytesIO()
    sheet.image.save(written, "PNG")
    return written.getvalue()


def _by_place(found: Iterable[Sighting]) -> Mapping[Rect, list[Sighting]]:
    """Return the sightings by where they are: one element is often found by several selectors."""
    places: dict[Rect, list[Sighting]] = {}
    for sighting in found:
        for element in sighting.elements:
            places.setdefault(element.bounds, []).append(sighting)
    return places


def _upon(picture: bytes, screen: Rect) -> _Sheet:
    try:
        with opened(io.BytesIO(picture)) as image:
            copy = image.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        message = say(
            "apps.picture_cannot_drawn_upon_give",
            "the picture cannot be drawn upon: {error}; give a screenshot as PNG or JPEG",
            error=error,
        )
        raise PictureUnusable(message) from error
    scale = _scale(copy, screen)
    enlarged = max(1.0, _NARROWEST / copy.width)
    return _Sheet(ImageOps.scale(copy, enlarged), scale * enlarged)


def _scale(picture: Image.Image, screen: Rect) -> float:
    """Return how many pixels of a picture one of the screen is: a hierarchy may not reach to the edges of its display.

    Raises:
        PictureUnusable: the screen does not go into the picture.

    """
    if screen.right <= picture.width and screen.bottom <= picture.height:
        return 1.0
    scale = picture.width / max(1, screen.right)
    if screen.bottom * scale > picture.height + 1:
        message = say(
            "apps.picture_x_not_one_screen",
            "the picture of {width} x {height} is not one of this screen of {right} x {bottom}: take "
            "both at the same time",
            width=picture.width,
            height=picture.height,
            right=screen.right,
            bottom=screen.bottom,
        )
        raise PictureUnusable(message)
    return scale


def _drawn_screen(screen: Screen) -> _Sheet:
    bounds = screen.bounds
    scale = min(1.0, _LARGEST / max(1, bounds.right), _LARGEST / max(1, bounds.bottom))
    size = (max(1, round(bounds.right * scale)), max(1, round(bounds.bottom * scale)))
    sheet = _Sheet(Image.new("RGB", size, _PAPER), scale)
    pen = ImageDraw.Draw(sheet.image)
    for element in (each for window in screen.windows for each in window.elements):
        place = sheet.place(element.bounds)
        if place.width > 1 and place.height > 1:
            pen.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), outline=_LINES)
            words = element.label.replace("\n", " ")[:60]
            pen.text((place.left + 4, place.top + 4), words, _INK, sheet.font(sheet.image.width // _LETTERS))
    return sheet


def _draw_box(pen: ImageDraw.ImageDraw, sheet: _Sheet, place: Rect, sightings: Sequence[Sighting]) -> None:
    colour = _colour(sightings)
    if place.width > 0 and place.height > 0:
        edges = (place.left, place.top, place.right - 1, place.bottom - 1)
        pen.rectangle(edges, outline=colour, width=sheet.line)
        _write(pen, sheet, place, "\n".join(sorted({each.selector for each in sightings})), colour)


def _colour(sightings: Sequence[Sighting]) -> str:
    if not all(each.proves for each in sightings):
        return _DOUBTFUL
    return _CLEAR if any(acts_or_identifies(each.selector) for each in sightings) else _OF_MANY


def _write(pen: ImageDraw.ImageDraw, sheet: _Sheet, box: Rect, text: str, colour: str) -> None:
    """Write names at a box: above it if there is room, and not over other names."""
    font = sheet.font(sheet.image.width // _LETTERS)
    left, top, right, bottom = pen.multiline_textbbox((0, 0), text, font, spacing=2)
    width, height = round(right - left) + 8, round(bottom - top) + 8
    at = _free_place(sheet, box, width, height)
    sheet.names.append(at)
    pen.rectangle((at.left, at.top, at.right, at.bottom), fill=colour)
    pen.multiline_text((at.left + 4 - left, at.top + 4 - top), text, _PAPER, font, spacing=2)


def _free_place(sheet: _Sheet, box: Rect, width: int, height: int) -> Rect:
    left = max(0, min(box.left, sheet.image.width - width))
    first = box.top - height if box.top >= height else box.top
    for move in range(_MOST_MOVES):
        top = max(0, min(first + move * (height // 2 + 1), sheet.image.height - height))
        place = Rect(left, top, left + width, top + height)
        if not any(_overlap(place, other) for other in sheet.names):
            return place
    return Rect(left, max(0, first), left + width, max(0, first) + height)


def _overlap(one: Rect, other: Rect) -> bool:
    shared = one.intersection(other)
    return shared.width > 0 and shared.height > 0
