"""Tells whether an element looks like one of many: a row of a list, a card of somebody else, a cell of a grid.

Buttons of strangers have the words of the one that is meant: every card of "suggested accounts" says Follow. What tells
them apart is that they repeat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.screens.windows import Window, XmlNode
from phonefleet.geometry import Rect

_LISTS = ("RecyclerView", "ListView", "GridView")
"""How the classes end whose children are the rows or cells of a list."""

_SIDEWAYS = "HorizontalScrollView"
_NARROW = 0.6
"""What takes less than this part of its list's width is a card or a cell beside others, and no row of its own."""


def looks_like_a_row(screen: Screen, element: Element, alike: Collection[Element]) -> bool:
    """Tell whether an element is in something that repeats: a row, a card, a cell.

    `alike` are the elements that the same selector finds, or one that contradicts it. It repeats if one of them stands
    in the same place of a sibling built the same way; and in any case as one of several children of a list, or in what
    is scrolled sideways.
    """
    window = _window_of(screen, element)
    nodes = list(window.tree.iter("node"))
    others = {nodes[each.height[1]] for each in alike if each.height[0] == element.height[0]}
    path = list(_way_up(nodes[element.height[1]]))
    return any(_repeats(path[:place], others) for place in range(1, len(path) + 1))


def said_by(screen: Screen, element: Element) -> str:
    """Return what an element says, or else the first that says anything inside of it: a button may hold its words."""
    if element.label:
        return element.label
    window, order = _window_of(screen, element), element.height[1]
    size = sum(1 for _ in list(window.tree.iter("node"))[order].iter("node"))
    return next((each.label for each in window.elements[order : order + size] if each.label), "")


def _window_of(screen: Screen, element: Element) -> Window:
    return next(window for window in screen.windows if window.place == element.height[0])


def _way_up(node: XmlNode | None) -> Iterator[XmlNode]:
    """Yield a node and all around it."""
    while node is not None and node.tag == "node":
        yield node
        node = node.getparent()


def _repeats(path: Sequence[XmlNode], alike: Collection[XmlNode]) -> bool:
    """Tell whether the last node of a way up is one of many; its first is the element."""
    item, parent = path[-1], path[-1].getparent()
    if parent is None:
        return False
    twins = [twin for sibling in parent if sibling is not item for twin in _same_place(sibling, path)]
    kind = parent.get("class", "")
    if kind.endswith(_SIDEWAYS) or any(twin in alike for twin in twins):
        return True
    return kind.endswith(_LISTS) and (bool(twins) or _is_narrow(item, parent))


def _same_place(sibling: XmlNode, path: Sequence[XmlNode]) -> list[XmlNode]:
    """Return what stands in a sibling where the element stands in its own branch: by classes and ids on the way."""
    found = [sibling]
    for level, node in enumerate(reversed(path)):
        found = [each for each in found if _built(each) == _built(node)]
        found = [below for each in found for below in each] if level < len(path) - 1 else found
    return found


def _built(node: XmlNode) -> tuple[str, str]:
    return node.get("class", ""), node.get("resource-id", "")


def _is_narrow(item: XmlNode, parent: XmlNode) -> bool:
    return Rect.parse(item.get("bounds", "")).width < Rect.parse(parent.get("bounds", "")).width * _NARROW
