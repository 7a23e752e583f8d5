"""Masks the hierarchy of a screen, and tells which areas of its picture show what was masked, or show people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.screens.windows import SYSTEM_UI, XmlNode, element_of
from phonefleet.geometry import Rect
from phonefleet.recording.mask import Kind, Mask
from phonefleet.recording.people import labels

_SAID = ("text", "content-desc", "hint")
_FORM = frozenset({
    *_SAID, "resource-id", "class", "package", "bounds", "index", "display-id", "drawing-order", "NAF",
})  # fmt: skip
"""Attributes that say what a view is; texts of other ones, such as `tooltip`, are masked like any text."""

_PICTURES = ("ImageView", "VideoView", "TextureView", "SurfaceView", "WebView", "CircleImageView")
_ICON = 0.032
"""What is no larger than this part of the display's height is an icon: 24 to 28 dp."""
_LARGE = 0.1
"""A view without a text that takes more of the display than this, and holds no others, may be a picture."""

_OF_PEOPLE = re.compile(
    r"avatar|photo|picture|image|thumb|cover|video|media|story|preview|canvas|cell|tile", re.IGNORECASE
)
_OF_THE_APP = re.compile(r"icon|btn|button|tab|nav|arrow|back|close|more|menu|search|toolbar", re.IGNORECASE)
_NAVIGATION = ("/back", "/home", "/recent_apps")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the display, in its pixels, that is painted over; `label` is written there instead."""

    bounds: Rect
    label: str = ""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Masked:
    """A hierarchy without names, and what to paint over in its picture, in this order."""

    xml: str
    areas: tuple[Area, ...]


def learn(mask: Mask, screen: Screen, profile: VersionProfile) -> None:
    """Take note of all people who are named on a screen."""
    found = labels(screen, profile)
    for element, kind in found.items():
        for said in filter(None, (element.text, element.desc if not element.text else "")):
            mask.learn(said, kind)
            if kind == "display_name":
                mask.learn_parts(said)
    for node in _document(screen.xml).iter("node"):
        for name in _SAID:
            mask.learn_from(node.get(name, ""))


def masked(mask: Mask, screen: Screen, profile: VersionProfile) -> Masked:
    """Return the hierarchy of a screen masked, the windows of the system without a word."""
    if mask.keep:
        return Masked(screen.xml, ())
    document = _document(screen.xml)
    work = _Work(mask, screen, labels(screen, profile))
    areas = [area for root in _roots(document) for area in work.through(root)]
    xml = etree.tostring(document, encoding="UTF-8", xml_declaration=True, standalone=True).decode()
    pictures = [area for area in areas if area.is_picture]
    said = [area for area in areas if not area.is_picture]
    return Masked(xml, (*pictures, *said, *_hidden_labels(document, pictures, said)))


@dataclass(frozen=True, slots=True)
class _Work:
    mask: Mask
    screen: Screen
    labels: dict[Element, Kind]

    def through(self, root: XmlNode) -> Iterator[Area]:
        """Mask a window, and yield what its picture must not show."""
        first = root.get("display-id", "0") == "0"
        owner = next((node.get("package", "") for node in root.iter("node") if node.get("package")), "")
        if not self._is_apps(owner):
            navigation = _silence(root)
            if first and not navigation:
                yield Area(Rect.parse(root.get("bounds", "")), is_picture=True)
            return
        for node in root.iter("node"):
            yield from (area for area in self._node(node) if first)

    def _is_apps(self, package: str) -> bool:
        dialogs = {window.package for window in self.screen.windows if window.is_of_a_system_dialog}
        return self.screen.package in (None, package) or package in dialogs

    def _node(self, node: XmlNode) -> Iterator[Area]:
        names = element_of(node) in self.labels
        editable = node.get("class", "").endswith("EditText")
        changed = False
        for attribute, value in dict(node.attrib).items():
            said = str(value)
            new = self._said(said, names=names, editable=editable) if _is_text(str(attribute)) else said
            node.set(attribute, new)
            changed = changed or new != said
        bounds = Rect.parse(node.get("bounds", ""))
        if _is_picture(node, bounds, self.screen.display, self.mask):
            yield Area(bounds, is_picture=True)
        elif changed:
            yield Area(bounds, node.get("text") or node.get("content-desc") or node.get("hint", ""))

    def _said(self, text: str, *, names: bool, editable: bool) -> str:
        if names:
            return self.mask.label(text)
        return self.mask.typed(text) if editable else self.mask.text(text)


def _is_text(attribute: str) -> bool:
    return attribute in _SAID or attribute not in _FORM


def _is_picture(node: XmlNode, bounds: Rect, display: Rect, mask: Mask) -> bool:
    """Tell whether a view may show people: in doubt it does."""
    if max(bounds.width, bounds.height) <= display.height * _ICON:
        return False
    name, said = node.get("resource-id", "").rpartition("/")[2], node.get("content-desc", "") or node.get("text", "")
    if node.get("class", "").endswith(_PICTURES):
        return not (said.casefold() in mask.words or (_OF_THE_APP.search(name) and not _OF_PEOPLE.search(name)))
    large = bounds.width * bounds.height > display.width * display.height * _LARGE
    return large and len(node) == 0 and not node.get("text")


def _silence(root: XmlNode) -> bool:
    """Remove all words from a window that is not the app's, except those of the keys of the navigation bar.

    Returns whether it is the navigation bar.
    """
    keys = 0
    for node in root.iter("node"):
        if node.get("package") == SYSTEM_UI and node.get("resource-id", "").endswith(_NAVIGATION):
            keys += 1
            continue
        for name in _SAID:
            if name in node.attrib:
                node.set(name, "")
    return keys > 0


def _hidden_labels(document: XmlNode, pictures: list[Area], said: list[Area]) -> Iterator[Area]:
    """Yield the labels that a painted picture hides, so that people can still read what lies there."""
    shown = {area.bounds for area in said}
    for node in document.iter("node"):
        bounds, label = Rect.parse(node.get("bounds", "")), node.get("text") or node.get("content-desc") or ""
        over = (area for area in pictures if area.bounds.contains(bounds.center) and bounds != area.bounds)
        if label and len(node) == 0 and bounds not in shown and any(True for _ in over):
            yield Area(bounds, label)


def _document(xml: str) -> XmlNode:
    return etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def _roots(document: XmlNode) -> list[XmlNode]:
    return [node for node in document.iter("node") if (above := node.getparent()) is None or above.tag != "node"]
