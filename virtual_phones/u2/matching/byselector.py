"""BySelector: how UiObject2 finds a view in all windows.

The search is that of ByMatcher in u2.jar 0.4.1: what can be seen, children before their parents, so that of nested
views which match the innermost is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from virtual_phones.screen.hierarchy import View
from virtual_phones.u2.matching.fields import Test


@dataclass(frozen=True, slots=True)
class BySelector:
    """What a view must have."""

    tests: tuple[Test, ...]

    def find(self, roots: Iterable[View]) -> View | None:
        """Return the first view that is meant, window by window."""
        return next((view for root in roots for view in self._search(root)), None)

    def _search(self, view: View) -> Iterator[View]:
        for child in view.children():
            yield from self._search(child)
        if all(test(view) for test in self.tests):
            yield view
