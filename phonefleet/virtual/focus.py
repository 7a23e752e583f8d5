"""Which view has the keyboard, remembered although the screen's tree is built anew each time."""

from __future__ import annotations

from phonefleet.virtual.node import Node


class Focus:
    """The editable view that was touched last, by activity, resource id and rank among its likes.

    An app that marks a view as focused itself has the last word.
    """

    def __init__(self) -> None:
        self._place: tuple[tuple[str, str], str, int] | None = None

    def move(self, node: Node, root: Node, foreground: tuple[str, str]) -> None:
        """Give the keyboard to a view of this screen, unless it takes no text."""
        if node.on_text is not None:
            alike = [other for other in root.walk() if other.resource_id == node.resource_id]
            rank = next((i for i, other in enumerate(alike) if other.bounds == node.bounds), 0)
            self._place = (foreground, node.resource_id, rank)

    def find(self, root: Node, foreground: tuple[str, str]) -> Node | None:
        """Return the view that has the keyboard on this screen, if one has."""
        editable = [node for node in root.walk() if node.on_text is not None]
        if own := next((node for node in editable if node.focused), None):
            return own
        if self._place is None or self._place[0] != foreground:
            return None
        _, resource_id, rank = self._place
        alike = [node for node in root.walk() if node.resource_id == resource_id]
        node = alike[rank] if rank < len(alike) else None
        return node if node is not None and node.on_text is not None else None
