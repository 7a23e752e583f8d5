"""UiSelector: which views of a screen a client means.

The client sends the fields of a selector with a bit mask of those that count, and a chain of `child` and `sibling`
selectors. The search is that of UiAutomator's QueryController: depth first, only what can be seen; below a match it
goes on with the next link of the chain only, `instance` counts matches over the whole search, and "sibling" means
anywhere below the parent. Texts are compared case-sensitively, as the server does for a plain `exists`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from phonefleet.virtual.hierarchy import View, shown_text
from phonefleet.virtual.u2.failures import ParametersInvalid
from phonefleet.virtual.u2.javaregex import compile_java

Relation = Literal["child", "sibling"]
Test = Callable[[View], bool]
Json = Mapping[str, object]

INSTANCE = 0x01000000


@dataclass(frozen=True, slots=True)
class Link:
    """One selector of a chain, and how it is related to the one before it; `relation` is "child" for the first."""

    relation: Relation
    tests: tuple[Test, ...]
    instance: int | None
    words: str

    def matches(self, view: View) -> bool:
        """Tell whether the view has everything that the selector asks for, apart from its instance."""
        return all(test(view) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Chain:
    """A whole selector: its links from the outermost to the one whose views are meant."""

    links: tuple[Link, ...]

    def find(self, root: View) -> View | None:
        """Return the first view that is meant."""
        return next(self.find_all(root), None)

    def find_all(self, root: View) -> Iterator[View]:
        """Yield every view that is meant once, in document order of the chain."""
        counters = [0] * len(self.links)
        if all(link.relation == "child" for link in self.links):
            return self._search(root, 0, counters)
        return _once(self._search(root, 0, counters))

    def then(self, other: Chain, relation: Relation = "child") -> Chain:
        """Return this chain continued by another."""
        return Chain((*self.links, replace(other.links[0], relation=relation), *other.links[1:]))

    def at(self, instance: int) -> Chain:
        """Return the chain that means only the `instance`-th of its views, counted from 0."""
        return Chain((*self.links[:-1], replace(self.links[-1], instance=instance)))

    @property
    def has_instance(self) -> bool:
        """Whether it means one view only."""
        return self.links[-1].instance is not None

    def __str__(self) -> str:
        return "UiSelector[" + ", ".join(f"{link.relation.upper()}={link.words}" for link in self.links) + "]"

    def _search(self, view: View, position: int, counters: list[int]) -> Iterator[View]:
        link = self.links[position]
        if link.matches(view) and self._is_wanted_instance(link, position, counters):
            if position + 1 == len(self.links):
                yield view
            else:
                start = view if self.links[position + 1].relation == "child" else view.parent
                yield from self._below(start, position + 1, counters)
                return
        yield from self._below(view, position, counters)

    def _below(self, view: View | None, position: int, counters: list[int]) -> Iterator[View]:
        if view is not None:
            for child in view.children():
                yield from self._search(child, position, counters)

    def _is_wanted_instance(self, link: Link, position: int, counters: list[int]) -> bool:
        """Count the match; in the middle of a chain all from the wanted one on are tried, as in UiAutomator."""
        if link.instance is None:
            return True
        count = counters[position]
        counters[position] += 1
        return count == link.instance or (count > link.instance and position + 1 < len(self.links))


def parse(selector: Json) -> Chain:
    """Read a selector as uiautomator2 sends it.

    Raises:
        ParametersInvalid: it is not one.
        BadPattern: a regular expression in it is wrong.

    """
    chain = Chain((_link(selector),))
    relations = cast("Sequence[Relation]", selector.get("childOrSibling") or ())
    others = cast("Sequence[Json]", selector.get("childOrSiblingSelector") or ())
    for relation, other in zip(relations, others, strict=True):
        chain = chain.then(parse(other), relation)
    return chain


def _link(selector: Json) -> Link:
    mask = selector.get("mask")
    if not isinstance(mask, int):
        message = "a selector has a mask"
        raise ParametersInvalid(message)
    wanted = [(name, make, selector[name]) for name, (bit, make) in _FIELDS.items() if mask & bit and name in selector]
    instance = int(cast("int", selector.get("instance", 0))) if mask & INSTANCE else None
    words = ", ".join(f"{name.upper()}={value}" for name, _, value in wanted)
    return Link("child", tuple(make(value) for _, make, value in wanted), instance, words)


def _once(views: Iterator[View]) -> Iterator[View]:
    """Leave out views of a node that came before; the tree keeps its nodes, so that their ids stay theirs."""
    seen: set[int] = set()
    for view in views:
        if id(view.node) not in seen:
            seen.add(id(view.node))
            yield view


def _text(view: View) -> str:
    return shown_text(view.node)


def _description(view: View) -> str:
    return view.node.content_desc


def _class_name(view: View) -> str:
    return view.node.class_name


def _package(view: View) -> str:
    return view.node.package


def _resource_id(view: View) -> str:
    return view.node.resource_id


def _is(read: Callable[[View], object]) -> Callable[[object], Test]:
    return lambda wanted: lambda view: read(view) == wanted


def _contains(read: Callable[[View], str]) -> Callable[[object], Test]:
    return lambda wanted: lambda view: str(wanted) in read(view)


def _starts_with(read: Callable[[View], str]) -> Callable[[object], Test]:
    return lambda wanted: lambda view: read(view).startswith(str(wanted))


def _matches(read: Callable[[View], str]) -> Callable[[object], Test]:
    def make(wanted: object) -> Test:
        pattern = compile_java(str(wanted))
        return lambda view: pattern.fullmatch(read(view)) is not None

    return make


_FIELDS: Mapping[str, tuple[int, Callable[[object], Test]]] = {
    "text": (0x01, _is(_text)),
    "textContains": (0x02, _contains(_text)),
    "textMatches": (0x04, _matches(_text)),
    "textStartsWith": (0x08, _starts_with(_text)),
    "className": (0x10, _is(_class_name)),
    "classNameMatches": (0x20, _matches(_class_name)),
    "description": (0x40, _is(_description)),
    "descriptionContains": (0x80, _contains(_description)),
    "descriptionMatches": (0x0100, _matches(_description)),
    "descriptionStartsWith": (0x0200, _starts_with(_description)),
    "checkable": (0x0400, _is(lambda view: view.node.checkable)),
    "checked": (0x0800, _is(lambda view: view.node.checked)),
    "clickable": (0x1000, _is(lambda view: view.node.clickable)),
    "longClickable": (0x2000, _is(lambda view: view.node.long_clickable)),
    "scrollable": (0x4000, _is(lambda view: view.node.scrollable)),
    "enabled": (0x8000, _is(lambda view: view.node.enabled)),
    "focusable": (0x010000, _is(lambda view: view.node.focusable)),
    "focused": (0x020000, _is(lambda view: view.node.focused)),
    "selected": (0x040000, _is(lambda view: view.node.selected)),
    "packageName": (0x080000, _is(_package)),
    "packageNameMatches": (0x100000, _matches(_package)),
    "resourceId": (0x200000, _is(_resource_id)),
    "resourceIdMatches": (0x400000, _matches(_resource_id)),
    "index": (0x800000, _is(lambda view: view.index)),
}
"""The fields, their bits in the mask, and what makes a test of a wanted value."""
