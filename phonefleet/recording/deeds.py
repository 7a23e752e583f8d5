"""What leads from one screen to the next: a tap, a swipe, a key, a link, a text typed into a field.

Each kind says itself how a manifest names it, and what it has to be told apart by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.windows import SYSTEM_UI, Window, XmlNode
from phonefleet.geometry import Point, Rect

Words = Callable[[str], str]
"""Masks a text."""

SwipeDirection = Literal["up", "down", "left", "right"]
_SLOP = 16
"""Pixels that a finger may move and still tap, about 8 dp as in Android's ViewConfiguration."""

_NAVIGATION = {"back": "back", "home": "home", "recent_apps": "recent"}
"""The keys of AOSP's navigation bar, by the end of their ids."""


class Deed(Protocol):
    """One thing that was done to a phone."""

    def said(self) -> str:
        """Return what tells it apart from others on the same screen."""
        ...

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        ...

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """The view that a finger has hit; each of id, text and description is empty unless no other view has the same."""

    bounds: Rect
    id: str = ""
    text: str = ""
    desc: str = ""
    editable: bool = False

    def rule(self, words: Words) -> Mapping[str, str]:
        """Return how a manifest names it: by what is most telling."""
        if self.id:
            return {"id": self.id}
        for name, said in (("text", self.text), ("desc", self.desc)):
            if said and words(said) == said:
                return {name: said}
        return {"bounds": str(self.bounds)}

    def __str__(self) -> str:
        return self.id.rpartition("/")[2] or str(self.bounds)


@dataclass(frozen=True, slots=True)
class Tap:
    """A short touch."""

    target: Target

    def said(self) -> str:
        """Return what was hit."""
        return f"tap {self.target}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return f"tap {self.target}"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it."""
        return {"tap": dict(self.target.rule(words))}


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that became the whole content of a field."""

    target: Target
    text: str

    def said(self) -> str:
        """Return the text."""
        return f"text {self.text}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return "a text typed"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it: as a pattern that only this text fits."""
        return {"text": pattern(words(self.text))}


@dataclass(frozen=True, slots=True)
class Swipe:
    """A finger that moved; `direction` is where to."""

    direction: SwipeDirection

    def said(self) -> str:
        """Return the direction."""
        return f"swipe {self.direction}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return f"swipe {self.direction}"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it."""
        del words
        return {"swipe": self.direction}


@dataclass(frozen=True, slots=True)
class Press:
    """A key, or a gesture that stands for one."""

    key: str

    def said(self) -> str:
        """Return the key."""
        return f"key {self.key}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return f"key {self.key}"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it."""
        del words
        return {"key": self.key}


@dataclass(frozen=True, slots=True)
class Link:
    """An address that was opened with the app."""

    url: str

    def said(self) -> str:
        """Return the address."""
        return f"link {self.url}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return "a link"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it: as a pattern that only this address fits."""
        return {"link": pattern(words(self.url))}


@dataclass(frozen=True, slots=True)
class Share:
    """A file that was shared with the app, by its media type."""

    media_type: str

    def said(self) -> str:
        """Return the media type."""
        return f"share {self.media_type}"

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return "a file shared"

    def step(self, words: Words) -> Mapping[str, object]:
        """Return it as a manifest has it."""
        del words
        return {"share": pattern(self.media_type)}


@dataclass(frozen=True, slots=True)
class Started:
    """The app was brought to the front or ended: a replay does that by itself."""

    what: str

    def said(self) -> str:
        """Return what was done."""
        return self.what

    def brief(self) -> str:
        """Return it in words that tell nobody's name."""
        return self.what

    def step(self, words: Words) -> Mapping[str, object]:
        """Return nothing: it is no step of a manifest."""
        del words
        return {}


def pattern(text: str) -> str:
    """Return a pattern of a manifest that fits this text only."""
    return re.sub(r"([*?[])", r"[\1]", text)


def touched(screen: Screen, start: Point, end: Point) -> Deed:
    """Return what a finger did that went down at one point of a screen and up at another."""
    dx, dy = end.x - start.x, end.y - start.y
    if max(abs(dx), abs(dy)) < _SLOP:
        return tapped(screen, start)
    if abs(dy) >= abs(dx):
        return Swipe("up" if dy < 0 else "down")
    return Swipe("left" if dx < 0 else "right")


def tapped(screen: Screen, point: Point) -> Deed:
    """Return what a short touch of a screen does: it hits a view, a key of the navigation bar, or the keyboard."""
    window = _window_at(screen, point)
    node = _node_at(window, point) if window is not None else None
    if window is None or node is None:
        return Tap(Target(Rect(point.x, point.y, point.x + 1, point.y + 1)))
    if window.package == SYSTEM_UI and (key := _NAVIGATION.get(node.get("resource-id", "").rpartition("/")[2])):
        return Press(key)
    if not _is_apps(screen, window):
        return Typed(field_with_focus(screen) or _target(screen, node), "")
    return Tap(_target(screen, node))


def field_at(screen: Screen, point: Point) -> Target:
    """Return the editable view at a point."""
    window = _window_at(screen, point)
    node = _node_at(window, point) if window is not None else None
    return _target(screen, node) if node is not None else Target(Rect(point.x, point.y, point.x + 1, point.y + 1))


def field_with_focus(screen: Screen) -> Target | None:
    """Return the view that the keyboard types into, if the screen shows it."""
    fields = [node for node in _nodes(screen) if _is_editable(node)]
    focused = [node for node in fields if node.get("focused") == "true"]
    found = focused or (fields if len(fields) == 1 else [])
    return _target(screen, found[0]) if found else None


def content_of(screen: Screen, target: Target) -> str | None:
    """Return what a field holds, empty if it shows its hint only; None if the screen does not show the field."""
    fields = [node for node in _nodes(screen) if _is_editable(node)]
    same_id = [node for node in fields if target.id and node.get("resource-id") == target.id]
    found = same_id or [node for node in fields if Rect.parse(node.get("bounds", "")).contains(target.bounds.center)]
    if not found:
        return None
    text = found[0].get("text", "")
    return "" if text == found[0].get("hint", "") else text


def has_keys(screen: Screen) -> bool:
    """Tell whether the system shows keys for back and home, so that strokes from the edges are none of its gestures."""
    windows = (window for window in screen.windows if window.package == SYSTEM_UI)
    return any(each.id.rpartition("/")[2] in _NAVIGATION for window in windows for each in window.elements)


def _target(screen: Screen, node: XmlNode) -> Target:
    others = [each for each in _nodes(screen) if each is not node]
    only = {name: _unless_shared(node, name, others) for name in ("resource-id", "text", "content-desc")}
    return Target(
        Rect.parse(node.get("bounds", "")), only["resource-id"], only["text"], only["content-desc"], _is_editable(node)
    )


def _unless_shared(node: XmlNode, attribute: str, others: list[XmlNode]) -> str:
    value = node.get(attribute, "")
    return "" if any(each.get(attribute) == value for each in others) else value


def _window_at(screen: Screen, point: Point) -> Window | None:
    """Return the window that takes a touch: small ones of others lie over the app's, as keyboards and bars do."""
    at = [window for window in screen.windows if window.bounds.contains(point)]
    own = [window for window in at if _is_apps(screen, window)]
    around = [window for window in at if window not in own and window.bounds.height < screen.display.height // 2]
    return next(iter([*reversed(around), *reversed(own), *reversed(at)]), None)


def _is_apps(screen: Screen, window: Window) -> bool:
    return window.is_of_a_system_dialog or screen.package in (None, window.package)


def _node_at(window: Window, point: Point) -> XmlNode | None:
    """Return the topmost view at a point, or the nearest one around it that reacts."""
    at = [node for node in window.tree.iter("node") if Rect.parse(node.get("bounds", "")).contains(point)]
    if not at:
        return None
    around = (each for each in at[-1].iterancestors("node") if each.get("clickable") == "true")
    reacts = at[-1].get("clickable") == "true" or _is_editable(at[-1])
    return at[-1] if reacts else next(around, at[-1])


def _nodes(screen: Screen) -> Iterator[XmlNode]:
    for window in screen.windows:
        if _is_apps(screen, window):
            yield from window.tree.iter("node")


def _is_editable(node: XmlNode) -> bool:
    return node.get("class", "").endswith(("EditText", "AutoCompleteTextView"))
