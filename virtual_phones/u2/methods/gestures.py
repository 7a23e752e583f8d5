"""JSON-RPC methods that touch the screen: clicks, swipes, drags and gestures of two fingers.

A touch of a point answers whether Android took it. A touch of a UiObject answers whether the screen changed, one of a
UiObject2 is always True.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from phonefleet.geometry import Point, Rect
from virtual_phones.u2.automator import Automator, Finger, Target
from virtual_phones.u2.failures import IllegalArgument, IllegalState
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.protocol.jackson import Fingertip
from virtual_phones.u2.protocol.registry import Family

gestures = Family()

_LONG = 0.4
"""Seconds after which a touch is a long one; ViewConfiguration's long press timeout is 400 ms."""

_CLICK = 100
"""How long a click lasts, in milliseconds."""
_DOWN, _UP, _MOVE = 0, 1, 2
_MARGIN = 5
"""How far inside of an element's edge UiObject touches and swipes, in pixels."""
_WIDTH_OF_TWO_FINGERS = 40
_WHOLE = 100
_UI_OBJECT_2_MARGIN = 0.1


@gestures.method("click", "int, int", "int, int, long")
def click_point(automator: Automator, x: int, y: int, milliseconds: int = _CLICK) -> bool:
    """Touch a point for so long."""
    if x < 0 or y < 0:
        return False
    touch = automator.phone.long_tap if milliseconds >= _LONG * 1000 else automator.phone.tap
    return touch(x, y)


@gestures.method("click", "Selector", "String")
def click(automator: Automator, target: Target) -> bool:
    """Touch an element at its centre."""
    if (view := automator.plain(target)) is not None:
        automator.tap(view)
        return True
    return click_corner(automator, target, None)


@gestures.method("click", "Selector, String", "String, String")
def click_corner(automator: Automator, target: Target, corner: str | None) -> bool:
    """Touch an element at its centre or at a corner; a corner that there is not answers False."""
    spot = _spot(automator.require(target).bounds, corner)
    return spot is not None and automator.changes(partial(automator.phone.tap, spot.x, spot.y))


@gestures.method("clickAndWaitForNewWindow", "Selector, long", "String, long")
def click_and_wait(automator: Automator, target: Target, _milliseconds: int) -> bool:
    """Touch an element, and tell whether another window came; that of a virtual phone is there at once."""
    view = automator.plain(target) or automator.require(target)
    before = _window(automator)
    automator.tap(view)
    return _window(automator) != before


@gestures.method("longClick", "Selector", "String")
def long_click(automator: Automator, target: Target) -> bool:
    """Touch an element at its centre and stay."""
    if (view := automator.plain(target)) is not None:
        automator.long_tap(view)
        return True
    return long_click_corner(automator, target, None)


@gestures.method("longClick", "Selector, String", "String, String")
def long_click_corner(automator: Automator, target: Target, corner: str | None) -> bool:
    """Touch an element at its centre or at a corner, and stay."""
    spot = _spot(automator.require(target).bounds, corner)
    return spot is not None and automator.changes(partial(automator.phone.long_tap, spot.x, spot.y))


@gestures.method("swipe", "int, int, int, int, int")
@gestures.method("drag", "int, int, int, int, int")
def swipe(automator: Automator, x1: int, y1: int, x2: int, y2: int, _steps: int) -> bool:
    """Move a finger from a point to another; views of virtual phones scroll by a drag too."""
    return _move(automator, Point(x1, y1), Point(x2, y2))


@gestures.method("swipe", "Selector, String, int", "String, String, int")
def swipe_object(automator: Automator, target: Target, direction: str, _steps: int) -> bool:
    """Swipe over a UiObject; an unknown direction, or an element that is too small, answers False."""
    line = _across(automator.require(target).bounds, direction)
    return line is not None and _move(automator, *line)


@gestures.method("swipe", "Selector, String, float, int")
def swipe_part(automator: Automator, target: Selector, direction: str, percent: float, speed: int) -> bool:
    """Swipe over a part of a UiObject2, of which 1.0 is the whole; the answer is True whatever came of it."""
    if (view := automator.plain(target)) is None:
        return swipe_object(automator, target, direction, speed)
    line = _along(view.bounds, direction, percent)
    if line is not None:
        if not 0 <= percent <= 1:
            message = "Percent must be between 0.0f and 1.0f"
            raise IllegalArgument(message)
        automator.swipe(view, *line)
    return True


@gestures.method("dragTo", "Selector, int, int, int", "String, int, int, int")
def drag_to_point(automator: Automator, target: Target, x: int, y: int, _steps: int) -> bool:
    """Drag an element to a point."""
    return _move(automator, automator.require(target).bounds.center, Point(x, y))


@gestures.method("dragTo", "Selector, Selector, int", "String, Selector, int")
def drag_to(automator: Automator, target: Target, destination: Selector, _steps: int) -> bool:
    """Drag an element to another one."""
    start, end = automator.require(target), automator.require(destination)
    return _move(automator, start.bounds.center, end.bounds.center)


@gestures.method("swipePoints", "int[], int")
def swipe_points(automator: Automator, coordinates: Sequence[int], _steps: int) -> bool:
    """Move one finger over [x, y, x, y, …]; what counts is where it starts and where it ends."""
    points = [Point(x, y) for x, y in zip(coordinates[::2], coordinates[1::2], strict=False)]
    return bool(points) and _move(automator, points[0], points[-1])


@gestures.method("injectInputEvent", "int, float, float, int")
def inject(automator: Automator, action: int, x: float, y: float, _meta: int) -> bool:
    """Put a finger down (0), move it (2), or lift it (1), which makes a tap, a long touch or a swipe of it."""
    if action == _DOWN:
        if not automator.screen.contains(Point(int(x), int(y))):
            return False
        automator.finger = Finger(x, y, automator.phone.clock.monotonic())
    finger = automator.finger
    if finger is None or action not in (_DOWN, _UP, _MOVE):
        return False
    if action == _UP:
        automator.finger = None
        _lift(automator, finger, x, y)
    return True


@gestures.method("gesture", "Selector, Point, Point, Point, Point, int", "String, Point, Point, Point, Point, int")
def gesture(automator: Automator, target: Target, *points_and_steps: Fingertip | int) -> bool:
    """Move two fingers, wherever the element is; views of virtual phones know no such gesture."""
    automator.ui(target)
    return all(
        automator.screen.contains(Point(point.x, point.y)) for point in points_and_steps if isinstance(point, Fingertip)
    )


@gestures.method("pinchIn", "Selector, int, int", "String, int, int")
@gestures.method("pinchOut", "Selector, int, int", "String, int, int")
def pinch(automator: Automator, target: Target, percent: int, _steps: int) -> bool:
    """Pinch an element; views of virtual phones know no such gesture and stay as they are."""
    selector = automator.ui(target)
    if not 0 <= percent <= _WHOLE:
        message = "Percent must be between 0 and 100"
        raise IllegalArgument(message)
    if automator.require(selector).bounds.width <= _WIDTH_OF_TWO_FINGERS:
        message = "Object width is too small for operation"
        raise IllegalState(message)
    return True


def _lift(automator: Automator, finger: Finger, x: float, y: float) -> None:
    phone = automator.phone
    if (round(finger.x), round(finger.y)) != (round(x), round(y)):
        phone.swipe(finger.x, finger.y, x, y)
    elif phone.clock.monotonic() - finger.since >= _LONG:
        phone.long_tap(x, y)
    else:
        phone.tap(x, y)


def _move(automator: Automator, start: Point, end: Point) -> bool:
    """Swipe between two points; True when it starts on the screen, whether or not anything moved."""
    automator.phone.swipe(start.x, start.y, end.x, end.y)
    return automator.screen.contains(start)


def _window(automator: Automator) -> tuple[object, ...]:
    phone = automator.phone
    return (*phone.foreground, phone.panel, phone.locked)


def _spot(bounds: Rect, corner: str | None) -> Point | None:
    match (corner or "center").lower():
        case "tl" | "topleft":
            return Point(bounds.left + _MARGIN, bounds.top + _MARGIN)
        case "br" | "bottomright":
            return Point(bounds.right - _MARGIN, bounds.bottom - _MARGIN)
        case "c" | "center":
            return bounds.center
        case _:
            return None


def _across(bounds: Rect, direction: str) -> tuple[Point, Point] | None:
    """Return UiObject's line over an element, a little inside of its edges."""
    inner = Rect(bounds.left + _MARGIN, bounds.top + _MARGIN, bounds.right - _MARGIN, bounds.bottom - _MARGIN)
    lengthwise = direction.lower() in ("u", "up", "d", "down")
    return _along_edges(inner, direction, 1) if (inner.height if lengthwise else inner.width) > 0 else None


def _along(bounds: Rect, direction: str, percent: float) -> tuple[Point, Point] | None:
    """Return UiObject2's line over a part of an element."""
    aside, above = int(bounds.width * _UI_OBJECT_2_MARGIN), int(bounds.height * _UI_OBJECT_2_MARGIN)
    inner = Rect(bounds.left + aside, bounds.top + above, bounds.right - aside, bounds.bottom - above)
    return _along_edges(inner, direction, percent)


def _along_edges(inner: Rect, direction: str, percent: float) -> tuple[Point, Point] | None:
    center, across, along = inner.center, int(inner.width * percent), int(inner.height * percent)
    match direction.lower():
        case "u" | "up":
            return Point(center.x, inner.bottom), Point(center.x, inner.bottom - along)
        case "d" | "down":
            return Point(center.x, inner.top), Point(center.x, inner.top + along)
        case "l" | "left":
            return Point(inner.right, center.y), Point(inner.right - across, center.y)
        case "r" | "right":
            return Point(inner.left, center.y), Point(inner.left + across, center.y)
        case _:
            return None
