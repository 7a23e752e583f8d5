"""JSON-RPC methods that touch the screen: clicks, swipes, drags and gestures of two fingers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phonefleet.geometry import Point, Rect
from phonefleet.virtual.u2.automator import Automator, Finger
from phonefleet.virtual.u2.failures import ParametersInvalid
from phonefleet.virtual.u2.registry import Family

gestures = Family()

_LONG = 0.4
"""Seconds after which a touch is a long one; ViewConfiguration's long press timeout is 400 ms."""

_DOWN, _UP, _MOVE = 0, 1, 2
_CORNER = 5
"""How far inside of an element's corner UiObject.clickTopLeft touches, in pixels."""


@gestures.method("click")
def click(automator: Automator, target: object, second: object = None, milliseconds: float = 0) -> bool:
    """Touch a point (x, y, how long), or an element at its centre or at a corner."""
    if not isinstance(target, int | float):
        return _tap(automator, _spot(automator.require(target).bounds, second))
    if not isinstance(second, int | float):
        message = "click(x, y) takes numbers"
        raise ParametersInvalid(message)
    if milliseconds >= _LONG * 1000:
        return automator.phone.long_tap(target, second)
    return automator.phone.tap(target, second)


@gestures.method("clickAndWaitForNewWindow")
def click_and_wait(automator: Automator, target: object, milliseconds: float) -> bool:
    """Touch an element; the next screen of a virtual phone is there at once."""
    return click(automator, target) and milliseconds >= 0


@gestures.method("longClick")
def long_click(automator: Automator, target: object, corner: str | None = None) -> bool:
    """Touch an element and stay."""
    spot = _spot(automator.require(target).bounds, corner)
    return automator.phone.long_tap(spot.x, spot.y)


@gestures.method("swipe")
def swipe(automator: Automator, *parameters: object) -> bool:
    """Swipe between two points (x1, y1, x2, y2, steps) or over an element (direction, steps or percent, steps)."""
    if isinstance(parameters[0], int | float):
        return _move(automator, _numbers(parameters, 4))
    bounds = automator.require(parameters[0]).bounds
    return _move(automator, _across(bounds, str(parameters[1])))


@gestures.method("drag")
def drag(automator: Automator, x1: float, y1: float, x2: float, y2: float, _steps: int = 0) -> bool:
    """Hold a point and move it to another; views of virtual phones scroll by it."""
    return _move(automator, [x1, y1, x2, y2])


@gestures.method("dragTo")
def drag_to(automator: Automator, target: object, *destination: object) -> bool:
    """Drag an element to a point (x, y, steps) or to another element (selector, steps)."""
    start = automator.require(target).bounds.center
    if isinstance(destination[0], int | float):
        return _move(automator, [start.x, start.y, *_numbers(destination, 2)])
    end = automator.require(destination[0]).bounds.center
    return _move(automator, [start.x, start.y, end.x, end.y])


@gestures.method("swipePoints")
def swipe_points(automator: Automator, coordinates: Sequence[float], _steps: int = 0) -> bool:
    """Move one finger over [x, y, x, y, …]; what counts is where it starts and where it ends."""
    if len(coordinates) < 4 or len(coordinates) % 2:  # noqa: PLR2004 - two points
        message = "swipePoints takes at least two points"
        raise ParametersInvalid(message)
    return _move(automator, [*coordinates[:2], *coordinates[-2:]])


@gestures.method("injectInputEvent")
def inject(automator: Automator, action: int, x: float, y: float, _meta: int = 0) -> bool:
    """Put a finger down (0), move it (2), or lift it (1), which makes a tap, a long touch or a swipe of it."""
    phone = automator.phone
    if action == _DOWN:
        automator.finger = Finger(x, y, phone.clock.monotonic())
    finger = automator.finger
    if action != _UP or finger is None:
        return action in (_DOWN, _MOVE)
    automator.finger = None
    if (round(finger.x), round(finger.y)) != (round(x), round(y)):
        return _move(automator, [finger.x, finger.y, x, y])
    held = phone.clock.monotonic() - finger.since
    return phone.long_tap(x, y) if held >= _LONG else phone.tap(x, y)


@gestures.method("gesture")
def gesture(automator: Automator, target: object, *points: Mapping[str, float] | int) -> bool:
    """Move two fingers; views of virtual phones know no such gesture and stay as they are."""
    automator.require(target)
    return all(isinstance(point, int) or {"x", "y"} <= point.keys() for point in points)


@gestures.method("pinchIn", "pinchOut")
def pinch(automator: Automator, target: object, percent: int, _steps: int = 0) -> bool:
    """Pinch an element; views of virtual phones know no such gesture and stay as they are."""
    automator.require(target)
    return percent >= 0


def _tap(automator: Automator, spot: Point) -> bool:
    return automator.phone.tap(spot.x, spot.y)


def _move(automator: Automator, line: Sequence[float]) -> bool:
    """Swipe from the first to the second point; True when it starts on the screen, whether or not anything moved."""
    x1, y1, x2, y2 = line
    automator.phone.swipe(x1, y1, x2, y2)
    return automator.screen.contains(Point(int(x1), int(y1)))


def _numbers(parameters: Sequence[object], count: int) -> list[float]:
    numbers = [float(value) for value in parameters[:count] if isinstance(value, int | float)]
    if len(numbers) != count:
        message = f"{count} coordinates are needed"
        raise ParametersInvalid(message)
    return numbers


def _spot(bounds: Rect, corner: object) -> Point:
    match corner:
        case "tl" | "topleft":
            return Point(bounds.left + _CORNER, bounds.top + _CORNER)
        case "br" | "bottomright":
            return Point(bounds.right - _CORNER, bounds.bottom - _CORNER)
        case _:
            return bounds.center


def _across(bounds: Rect, direction: str) -> list[float]:
    """Return the line over an element in a direction, a little inside of its edges as UiObject does it."""
    center = bounds.center
    match direction[:1].lower():
        case "u":
            return [center.x, bounds.bottom - _CORNER, center.x, bounds.top + _CORNER]
        case "d":
            return [center.x, bounds.top + _CORNER, center.x, bounds.bottom - _CORNER]
        case "l":
            return [bounds.right - _CORNER, center.y, bounds.left + _CORNER, center.y]
        case "r":
            return [bounds.left + _CORNER, center.y, bounds.right - _CORNER, center.y]
        case _:
            message = f"no such direction: {direction}"
            raise ParametersInvalid(message)
