"""The windows of a dump, in an order that does not depend on the dump's.

uiautomator2's server collects the roots of all windows of all displays in a hash set: their order in the document tells
nothing. Which window lies above which is told by what it is, see `_rank`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from phonefleet.apps.screens.selector import Element
from phonefleet.apps.system_dialogs.listed import is_of_dialogs
from phonefleet.geometry import Point, Rect

XmlNode = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - lxml has no other name for it

SYSTEM_UI = "com.android.systemui"

_ROOTS = etree.XPath("descendant-or-self::node[not(parent::node)]")
"""The roots of the windows of a hierarchy; `node` is also the name of what uiautomator writes of a view."""

_FOREIGN, _OWN, _DIALOG = range(3)
_WIDE = 0.8
"""What covers more of an edge's length than this lies along the whole edge, as bars and keyboards do."""
_BAR = 0.15
"""No bar of the system takes more of the display than this part of it."""

_KEYBOARDS = re.compile(
    r".*(inputmethod|keyboard|\.ime\b|honeyboard|swiftkey|touchtype|pinyin|\.latin\b).*", re.IGNORECASE
)
"""How packages of keyboards are called; an app that shrinks above its keyboard shares the display with no other app."""

_KEYBOARD_TOP = 0.2
"""No keyboard reaches higher up than this part of the display."""
_MARGIN_ABOVE, _MARGIN_BELOW = 0.03, 0.04
"""Where a finger starts the system's gestures, as parts of the display's height: bars are not always in the dump."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window: whose it is, where, and its elements in document order, of which the later lie on top."""

    package: str
    display: int
    bounds: Rect
    place: int
    """How high it lies among the windows of the dump."""

    elements: Sequence[Element]
    tree: XmlNode
    """A document of this window alone."""

    parents: Sequence[int]
    """For each element the index of the one that holds it; -1 for the first."""

    by_id: Mapping[str, Sequence[Element]] = field(repr=False)
    """The elements that bear an id, in document order."""

    @property
    def is_of_a_system_dialog(self) -> bool:
        """Whether it is one of the dialogs that the system puts over apps."""
        return is_of_dialogs(self.package)


Known = dict[tuple[bytes, int, int], Window]
"""The windows of a dump by what was written of them, their place and their display."""


def read_windows(hierarchy: XmlNode, package: str | None, known: Known | None = None) -> tuple[Window, ...]:
    """Return the windows of a dump from the lowest to the topmost; without a package all are the app's own.

    `known` are those of the dump before, and afterwards of this one: most windows are the same at the next look, the
    system's bars nearly always, and to read one takes ten times as long as to compare it.

    Raises:
        ValueError: a node has no bounds.

    """
    written = [
        (_rank(root, package), etree.tostring(root, with_tail=False), _display_of(root), root)
        for root in cast("list[XmlNode]", _ROOTS(hierarchy))
    ]
    written.sort(key=lambda each: each[:2])
    found = [((text, place, display), root) for place, (_, text, display, root) in enumerate(written)]
    before = {} if known is None else known
    now = {key: before.get(key) or _window(root, *key[1:]) for key, root in found}
    if known is not None:
        known.clear()
        known.update(now)
    return tuple(now.values())


def visible_part(area: Rect, others: Iterable[Window], display: Rect, reach: Rect) -> Rect:
    """Return what is left of an area of the app between the bars of the system and the keyboard.

    `reach` is how far all windows go, which is the display's size as long as the dump and the phone agree.
    """
    left = display.intersection(area)
    bounds = [other.bounds for other in others]
    edges = [each for each in bounds if _is_at_an_edge(each, display) or _is_at_an_edge(each, reach)]
    for _ in edges:  # a keyboard may stand upon a bar
        for edge in edges:
            left = _without(left, edge, display)
    return left


def swipeable(area: Rect, display: Rect) -> Rect:
    """Return the part of an area in which a swipe does not begin as one of the system's gestures."""
    above, below = round(display.height * _MARGIN_ABOVE), round(display.height * _MARGIN_BELOW)
    return Rect(display.left, display.top + above, display.right, display.bottom - below).intersection(area)


def is_keyboard(window: Window, display: Rect) -> bool:
    """Tell whether a window of another app lies over the lower part of the display, as keyboards do."""
    bounds = window.bounds
    return (
        window.package != SYSTEM_UI
        and not window.is_of_a_system_dialog
        and bounds.width >= display.width * _WIDE
        and bounds.top > display.top + display.height * _KEYBOARD_TOP
        and bounds.bottom > display.center.y
    )


def beside(own: Iterable[Window], others: Iterable[Window], display: Rect) -> list[Window]:
    """Return the windows of other apps that share the display with the app, as in split screen.

    Such a window lies over none of the app's, and both lie along the whole of the edge between them: what lies beside a
    small window of the app, as a keyboard does beside a dialog, shares the display with what is below that.
    """
    shown = [window.bounds for window in own]
    return [
        other
        for other in others
        if shown
        and other.package != SYSTEM_UI
        and not other.is_of_a_system_dialog
        and _KEYBOARDS.fullmatch(other.package) is None
        and not any(_overlap(other.bounds, bounds) for bounds in shown)
        and any(_shares(other.bounds, bounds, display) for bounds in shown)
    ]


def _overlap(one: Rect, other: Rect) -> bool:
    both = one.intersection(other)
    return both.width > 0 and both.height > 0


def _shares(one: Rect, other: Rect, display: Rect) -> bool:
    """Tell whether two windows reach from one side of the display to the other, and from its one end to its other."""
    wide, tall = display.width * _WIDE, display.height * _WIDE
    stacked = one.width >= wide and other.width >= wide and one.height + other.height >= tall
    abreast = one.height >= tall and other.height >= tall and one.width + other.width >= wide
    return stacked or abreast


def covers(window: Window, point: Point, display: Rect) -> bool:
    """Tell whether a window of others takes a touch; one over the whole display lets touches through.

    Accessibility leaves out what another window hides and takes the touches of.
    """
    bounds = window.bounds
    whole = bounds.width >= display.width * _WIDE and bounds.height >= display.height * _WIDE
    return not whole and bounds.contains(point)


def _rank(root: XmlNode, package: str | None) -> tuple[int, int, tuple[int, ...], str]:
    """Return what orders windows: the system's dialogs lie over the app, a small window of the app over a large one."""
    bounds = Rect.parse(root.get("bounds", ""))
    owner = next((node.get("package", "") for node in root.iter("node") if node.get("package")), "")
    layer = _DIALOG if is_of_dialogs(owner) else _OWN if package in (None, owner) else _FOREIGN
    edges = (bounds.left, bounds.top, bounds.right, bounds.bottom)
    return layer, -bounds.width * bounds.height, edges, owner


def _display_of(root: XmlNode) -> int:
    """Return the display of a window: each node says it, or `uiautomator dump --windows` groups windows by it."""
    group = next(root.iterancestors("display"), None)
    return int(root.get("display-id") or (group.get("id") if group is not None else None) or 0)


def _window(root: XmlNode, place: int, display: int) -> Window:
    tree = etree.Element("hierarchy")
    tree.append(root)
    elements, parents = _collect(root, place)
    package = next((element.package for element in elements if element.package), "")
    by_id: dict[str, list[Element]] = {}
    for element in elements:
        by_id.setdefault(element.id, []).append(element)
    return Window(package, display, elements[0].bounds, place, elements, tree, parents, by_id)


def _collect(root: XmlNode, place: int) -> tuple[list[Element], list[int]]:
    """Return the elements below a node in document order, and for each the index of the one that holds it."""
    elements: list[Element] = []
    parents: list[int] = []
    open_ = [(root, -1)]
    while open_:
        node, parent = open_.pop()
        here = len(elements)
        elements.append(element_of(node, place, here))
        parents.append(parent)
        if len(node):
            open_.extend([(child, here) for child in node.iterchildren("node", reversed=True)])
    return elements, parents


def element_of(node: XmlNode, window: int = 0, order: int = 0) -> Element:
    """Return the element that a node describes; `window` and `order` tell how high it lies."""
    said = node.get
    return Element(
        bounds=Rect.parse(said("bounds", "")),
        id=said("resource-id", ""),
        text=said("text", ""),
        desc=said("content-desc", ""),
        class_name=said("class", ""),
        package=said("package", ""),
        checked=said("checked") == "true",
        selected=said("selected") == "true",
        enabled=said("enabled") != "false",
        clickable=said("clickable") == "true",
        scrollable=said("scrollable") == "true",
        height=(window, order),
    )


def _is_at_an_edge(bounds: Rect, display: Rect) -> bool:
    """Tell whether a window lies along an edge of the display, or upon a bar there, and leaves most of it free."""
    wide, tall = bounds.width >= display.width * _WIDE, bounds.height >= display.height * _WIDE
    near_x, near_y = display.width * _BAR, display.height * _BAR
    if wide and not tall:
        return bounds.top <= display.top + near_y or bounds.bottom >= display.bottom - near_y
    return tall and not wide and (bounds.left <= display.left + near_x or bounds.right >= display.right - near_x)


def _without(area: Rect, edge: Rect, display: Rect) -> Rect:
    """Cut off what a window at an edge covers, from the side on which it lies."""
    if edge.intersection(area).width <= 0 or edge.intersection(area).height <= 0:
        return area
    left, top, right, bottom = area.left, area.top, area.right, area.bottom
    if edge.width >= display.width * _WIDE:
        if edge.center.y < display.center.y:
            return Rect(left, max(top, min(edge.bottom, bottom)), right, bottom)
        return Rect(left, top, right, min(bottom, max(edge.top, top)))
    if edge.center.x < display.center.x:
        return Rect(max(left, min(edge.right, right)), top, right, bottom)
    return Rect(left, top, min(right, max(edge.left, left)), bottom)
