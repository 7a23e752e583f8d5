"""A view on a virtual phone's screen: what uiautomator sees of it, and what happens when it is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from phonefleet.geometry import Rect

Direction = Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class Dumped:
    """How a saved dump describes a view, which is dumped again in the same words.

    `index` is its place among its siblings as the dump gives it, `attributes` are all attributes of its XML node.
    """

    index: int
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Node:
    """One view, laid out in pixels. Attributes are those of a uiautomator dump.

    `on_tap`, `on_long_tap`, `on_text` and `on_scroll` are what the app does about it; None means that the view does
    not react and the touch goes to its nearest ancestor that does. `on_scroll` gets the direction in which
    the content is to be advanced ("down" shows what is below, a swipe upwards) and returns whether it moved.
    `on_text` gets the whole new text of an editable view; `on_enter` is the keyboard's action key.
    """

    class_name: str
    bounds: Rect
    package: str = ""
    resource_id: str = ""
    text: str = ""
    content_desc: str = ""
    hint: str = ""
    checkable: bool = False
    checked: bool = False
    clickable: bool = False
    enabled: bool = True
    focusable: bool = False
    focused: bool = False
    scrollable: bool = False
    long_clickable: bool = False
    password: bool = False
    selected: bool = False
    children: list[Node] = field(default_factory=list["Node"])
    on_tap: Callable[[], None] | None = None
    on_long_tap: Callable[[], None] | None = None
    on_text: Callable[[str], None] | None = None
    on_enter: Callable[[], None] | None = None
    on_scroll: Callable[[Direction], bool] | None = None
    fading: bool = False
    """Whether it only still shows: touches go to what lies below."""
    fill: str | None = None
    """Background colour of the drawn screenshot, as `#rrggbb`."""
    ends: frozenset[Direction] = frozenset()
    """Directions in which a scrollable view shows its end, as its scroll events tell accessibility."""
    dumped: Dumped | None = None
    """Set for a view of a saved screen: all of it shows, wherever its bounds are."""

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in document order."""
        left: list[Node] = [self]
        while left:
            node = left.pop()
            yield node
            left.extend(reversed(node.children))
