"""UiSelector: how UiObject finds a view in the active window.

The search is that of QueryController in u2.jar 0.4.1: depth first, parents before children, only what can be seen.
Below a match it goes on with the next link of the chain, of which a fresh copy counts its instances: the counting
begins anew below each parent. "Sibling" means anywhere below the parent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from virtual_phones.screen.hierarchy import View
from virtual_phones.u2.matching.fields import Test

Relation = Literal["child", "sibling"]


@dataclass(frozen=True, slots=True)
class Link:
    """One selector of a chain, and how it is related to the one before it; `relation` is "child" for the first."""

    relation: Relation
    tests: tuple[Test, ...]
    instance: int | None
    words: str

    def fits(self, view: View) -> bool:
        """Tell whether the view has everything that is asked for, apart from its instance."""
        return all(test(view) for test in self.tests)


@dataclass(slots=True)
class _Step:
    """A link during one search; `left_out` counts the matches before the wanted instance."""

    link: Link
    left_out: int = 0

    def matches(self, view: View) -> bool:
        """Tell whether the view matches: the wanted instance does, and all that come after it."""
        if not self.link.fits(view):
            return False
        if self.left_out < (self.link.instance or 0):
            self.left_out += 1
            return False
        return True


@dataclass(frozen=True, slots=True)
class UiSelector:
    """A whole selector: its links from the outermost to the one whose views are meant.

    With a `collection`, the first link is looked for below one of the views that `pattern` means within the first view
    that the collection means: the `instance`-th, counted from 0.
    """

    links: tuple[Link, ...]
    collection: UiSelector | None = None
    pattern: UiSelector | None = None
    instance: int = 0

    def find(self, root: View) -> View | None:
        """Return the first view that is meant."""
        if self.collection is None or self.pattern is None:
            return next(self._search(root, 0, _Step(self.links[0])), None)
        for number, member in enumerate(self.collection.members(root, self.pattern)):
            if number == self.instance:
                return next(self._below(member, 0), None) if self.links else member
        return None

    def members(self, root: View, pattern: UiSelector) -> Iterator[View]:
        """Yield the views that a pattern means within the first view that is meant, that one included."""
        container = self.find(root)
        if container is not None:
            yield from pattern.all_within(container)

    def all_within(self, view: View) -> Iterator[View]:
        """Yield every view that is meant, searching on below each with the whole chain."""
        first = _Step(self.links[0])
        return self._search(view, 0, first, first)

    def count(self, root: View) -> int:
        """Return how many instances of the last link there are below one parent, the most that any parent has."""
        return self._most(root, 0, _Step(self.links[0]))

    def then(self, other: UiSelector, relation: Relation = "child") -> UiSelector:
        """Return this chain continued by another."""
        links = (*self.links, replace(other.links[0], relation=relation), *other.links[1:])
        return replace(self, links=links)

    def member(self, pattern: UiSelector, instance: int) -> UiSelector:
        """Return the selector of the `instance`-th view that a pattern means within what this one means."""
        return UiSelector((), self, pattern, instance)

    def __str__(self) -> str:
        text = ""
        for link in reversed(self.links):
            parts = [link.words] if link.words else []
            if link.instance is not None:
                parts.append(f"INSTANCE={link.instance}")
            parts += [text] if text else []
            text = f"{link.relation.upper().replace('SIBLING', 'PARENT')}=UiSelector[{', '.join(parts)}]"
        text = text.removeprefix("CHILD=")
        if self.collection is None:
            return text
        return f"UiSelector[CONTAINER={self.collection}, PATTERN={self.pattern}, INSTANCE={self.instance}]{text}"

    def _search(self, view: View, position: int, step: _Step, again: _Step | None = None) -> Iterator[View]:
        """Yield the matches of the last link; with `again`, each is followed by a new search below it."""
        if step.matches(view):
            if position + 1 == len(self.links):
                yield view
                position, step = (position, step) if again is None else (0, again)
            else:
                position, step = position + 1, _Step(self.links[position + 1])
                if step.link.relation == "sibling":
                    if view.parent is None:
                        return
                    view = view.parent
        for child in view.children():
            yield from self._search(child, position, step, again)

    def _below(self, view: View, position: int) -> Iterator[View]:
        step = _Step(self.links[position])
        start = view.parent if step.link.relation == "sibling" else view
        for child in start.children() if start is not None else ():
            yield from self._search(child, position, step)

    def _most(self, view: View, position: int, step: _Step) -> int:
        """Return the most matches of the last link that any activation of it has, at or below a view."""
        if position + 1 == len(self.links):
            return sum(1 for _ in self._search(view, position, step))
        if not step.matches(view):
            return max((self._most(child, position, step) for child in view.children()), default=0)
        following = _Step(self.links[position + 1])
        start = view.parent if following.link.relation == "sibling" else view
        if start is None:
            return 0
        found = [self._most(child, position + 1, following) for child in start.children()]
        return sum(found) if position + 2 == len(self.links) else max(found, default=0)
