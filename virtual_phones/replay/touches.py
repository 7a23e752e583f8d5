"""The log of what was done to replay phones: each touch, key, text and link, with the element that it hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from phonefleet.geometry import Point
from virtual_phones.screen.node import Node

Kind = Literal["tap", "long_tap", "swipe", "key", "text", "link", "share"]


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch. What hits no element has empty texts.

    Attributes:
        order: its number in the log, from 1; the log is that of all phones.
        kind: what was done.
        serial: the phone, by its first address.
        serial_number: the phone, by `ro.serialno`.
        time: when, in ISO 8601 and UTC.
        screen: the name of the saved screen, None where the phone showed something of its own.
        package: of the element; of a link or a share, the app that was named.
        id: of the element, as in its hierarchy.
        text: of the element, before the touch.
        desc: the content description of the element.
        class_name: the class of the element.
        bounds: of the element, `[left,top][right,bottom]`.
        point: x and y in pixels; of a swipe where it started. None for what needs no finger.
        value: the key's name, the whole text of the field, the URL, the media type, or the way of the finger.
        uri: what was shared.
        goto: the screen to which a step led, None where there was no step.

    """

    order: int
    kind: Kind
    serial: str
    serial_number: str
    time: str
    screen: str | None
    package: str = ""
    id: str = ""
    text: str = ""
    desc: str = ""
    class_name: str = ""
    bounds: str = ""
    point: tuple[int, int] | None = None
    value: str = ""
    uri: str = ""
    goto: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return it for JSON, the class by its usual name."""
        shown = asdict(self)
        shown["class"] = shown.pop("class_name")
        return shown


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, before the log gives it a number: see `Touch`."""

    kind: Kind
    node: Node | None = None
    point: Point | None = None
    value: str = ""
    uri: str = ""
    package: str = ""
    goto: str | None = None


class TouchLog:
    """All touches of all replay phones of a fleet, in their order."""

    def __init__(self) -> None:
        self._touches: list[Touch] = []
        self._given = 0

    def add(self, done: Done, *, phone: tuple[str, str], time: str, screen: str | None) -> None:
        """Append what was done on a phone, given by its first address and its serial number."""
        self._given += 1
        self._touches.append(_numbered(self._given, done, phone, time, screen))

    def all(self, serial_number: str | None = None) -> Sequence[Touch]:
        """Return all touches, or those of one phone."""
        return tuple(each for each in self._touches if serial_number in (None, each.serial_number))

    def clear(self) -> None:
        """Forget all touches; their numbers go on."""
        self._touches.clear()


def _numbered(order: int, done: Done, phone: tuple[str, str], time: str, screen: str | None) -> Touch:
    node, point = done.node, done.point
    return Touch(
        order, done.kind, *phone, time, screen,
        package=node.package if node else done.package,
        id=node.resource_id if node else "",
        text=node.text if node else "",
        desc=node.content_desc if node else "",
        class_name=node.class_name if node else "",
        bounds=str(node.bounds) if node else "",
        point=(point.x, point.y) if point else None,
        value=done.value, uri=done.uri, goto=done.goto,
    )  # fmt: skip
