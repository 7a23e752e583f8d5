"""A window, and which of several a touch reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.geometry import Point
from virtual_phones.screen.node import Node
from virtual_phones.screen.touch import path_at

_FRONT = ("app", "dialog", "system")

Kind = Literal["app", "dialog", "system", "keyboard", "status_bar", "navigation_bar", "overlay"]


@dataclass(frozen=True, slots=True)
class Window:
    """One window; `display` is 0 for the phone's own display.

    `active` is the one that gets the keys; `outside` takes the touches that miss a dialog, None lets them through.
    """

    kind: Kind
    root: Node
    display: int = 0
    active: bool = False
    touchable: bool = True
    outside: Node | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a phone shows at one moment: windows from the lowest to the topmost.

    `front` is the whole tree of what is in front, with what lies behind its dialogs; `field` is its view that has the
    keyboard. The windows are those that accessibility sees: behind a dialog it sees none.
    """

    front: Node
    field: Node | None
    windows: Sequence[Window]

    @property
    def picture(self) -> Node:
        """What the first display shows, as one tree, to be drawn."""
        over = [window.root for window in self.windows if window.display == 0 and window.kind not in _FRONT]
        root = self.front
        return Node(root.class_name, root.bounds, root.package, children=[*root.children, *over], fill=root.fill)

    def path_at(self, point: Point) -> list[Node]:
        """Return the views of the first display that a touch at a point reaches, outermost first."""
        for window in reversed(self.windows):
            if window.display:
                continue
            if not window.touchable:
                if window.kind == "dialog" and (path := path_at(self.front, point)):
                    return path
                continue
            if path := path_at(window.root, point):
                return path
            if window.outside is not None:
                return [window.outside]
        return []
