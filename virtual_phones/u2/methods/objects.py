"""JSON-RPC methods that answer with an object's name, which the client then uses in place of a selector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from virtual_phones.screen.hierarchy import View
from virtual_phones.u2.automator import Automator
from virtual_phones.u2.failures import ObjectMissing
from virtual_phones.u2.matching.fields import Test, description_of, text_of
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.matching.uiselector import Link, UiSelector
from virtual_phones.u2.methods import elements
from virtual_phones.u2.methods.scrolling import bring_into_view
from virtual_phones.u2.protocol.registry import Family

objects = Family()


@objects.method("getUiObject", "Selector")
def get_object(automator: Automator, target: Selector) -> str:
    """Name the object that a selector means."""
    return automator.name(automator.ui(target))


@objects.method("getUiObjects", "")
def get_objects(automator: Automator) -> list[str]:
    """Return the names of all objects."""
    return automator.names()


@objects.method("removeUiObject", "String")
def remove_object(automator: Automator, name: str) -> None:
    """Forget a name."""
    automator.forget(name)


@objects.method("getChild", "String, Selector")
def get_child(automator: Automator, name: str, child: Selector) -> str | None:
    """Name the child of an object that a selector means; None when the object is not known."""
    known = automator.named(name)
    return automator.name(known.then(child.ui())) if known is not None else None


@objects.method("getFromParent", "String, Selector")
def get_from_parent(automator: Automator, name: str, sibling: Selector) -> str | None:
    """Name the sibling of an object that a selector means; None when the object is not known."""
    known = automator.named(name)
    return automator.name(known.then(sibling.ui(), "sibling")) if known is not None else None


@objects.method("childByText", "Selector, Selector, String", "Selector, Selector, String, boolean")
async def child_by_text(
    automator: Automator, target: Selector, child: Selector, text: str | None, scroll: bool | None = None
) -> str:
    """Name the child that has this text, or holds a view that has it."""
    same = _said(text_of, lambda said: said == text)
    return await _child_by(automator, (target, child), _Wanted("text", text, same, same), scroll=scroll)


@objects.method("childByDescription", "Selector, Selector, String", "Selector, Selector, String, boolean")
async def child_by_description(
    automator: Automator, target: Selector, child: Selector, text: str | None, scroll: bool | None = None
) -> str:
    """Name the child whose content description has this in it, or that holds such a view; there case is ignored."""
    part = text or ""
    own = _said(description_of, lambda said: part in said)
    below = _said(description_of, lambda said: part.lower() in said.lower())
    return await _child_by(automator, (target, child), _Wanted("description", text, own, below), scroll=scroll)


@objects.method("childByInstance", "Selector, Selector, int")
def child_by_instance(automator: Automator, target: Selector, child: Selector, instance: int) -> str:
    """Name the `instance`-th child that a selector means, counted from 0, whether or not it is there."""
    _scrolls(automator, target)
    return automator.name(target.ui().member(child.ui(), instance))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a child must say itself (`own`), or what a view below it must say."""

    kind: str
    text: str | None
    own: Test
    below: Test

    def is_said_by(self, member: View) -> bool:
        """Tell whether a child, or a view below it, says it."""
        inner = (view for view in member.walk() if view is not member)
        return self.text is not None and (self.own(member) or any(self.below(view) for view in inner))


def _said(read: Callable[[View], str | None], fits: Callable[[str], bool]) -> Test:
    return lambda view: (said := read(view)) is not None and fits(said)


def _scrolls(automator: Automator, target: Selector) -> bool:
    """Tell whether the collection is one that scrolls; the server asks by the ways that its clients have."""
    return elements.exist(automator, target) and bool(elements.describe(automator, target)["scrollable"])


async def _child_by(
    automator: Automator, family: tuple[Selector, Selector], wanted: _Wanted, *, scroll: bool | None
) -> str:
    collection, child = (part.ui() for part in family)
    scrolls = _scrolls(automator, family[0]) if scroll is None else scroll
    if scrolls and wanted.text is not None:
        link = Link("child", (wanted.below,), None, f"{wanted.kind.upper()}={wanted.text}")
        await bring_into_view(automator, collection, UiSelector((link,)))
    for instance, member in enumerate(collection.members(automator.view(), child)):
        if wanted.is_said_by(member):
            return automator.name(collection.member(child, instance))
    message = f'for {wanted.kind}= "{wanted.text}"'
    raise ObjectMissing(message)
