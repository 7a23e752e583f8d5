"""Which view has the keyboard, remembered although the screen's tree is built anew each time."""

from __future__ import annotations

from virtual_phones.screen.node import Node


class Focus:
    """The editable view that was touched last, by activity, resource id and rank among the views with that id.

    An app that marks a view as focused itself has the last word. `shown` tells whether the keyboard is on the screen:
    it comes with the focus, and Back puts it away while the view keeps the focus.
    """

    def __init__(self) -> None:
        self._place: tuple[tuple[str, str], str, int] | None = None
        self._put_away = False
        self.shown = False

    def move(self, node: Node, root: Node, foreground: tuple[str, str]) -> None:
        """Give the keyboard to a view of this screen, unless it takes no text."""
        if node.on_text is not None:
            alike = [other for other in root.walk() if other.resource_id == node.resource_id]
            rank = next((i for i, other in enumerate(alike) if other.bounds == node.bounds), 0)
            self._place = (foreground, node.resource_id, rank)
            self._put_away = False

    def put_away(self) -> None:
        """Take the keyboard off the screen, until a field is touched again."""
        self._put_away = True

    def changes(self, field: Node | None, *, possible: bool) -> bool:
        """Show or hide the keyboard for the field that has the focus; tell whether it comes or goes by that.

        A screen that does not have the field any more ends its focus, unless something else lies over the app
        (it is not `possible` to type).
        """
        if possible and field is None:
            self._place, self._put_away = None, False
        before, self.shown = self.shown, possible and field is not None and not self._put_away
        return self.shown is not before

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
