"""JSON-RPC methods that answer with an object's name, which the client then uses in place of a selector."""

from __future__ import annotations

from collections.abc import Callable

from phonefleet.virtual.hierarchy import View, shown_text
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.failures import ObjectMissing
from phonefleet.virtual.u2.registry import Family
from phonefleet.virtual.u2.scrolling import bring_into_view
from phonefleet.virtual.u2.selector import Chain, Link

objects = Family()

Reader = Callable[[View], str]


@objects.method("getUiObject")
def get_object(automator: Automator, target: object) -> str:
    """Name the object that a selector means."""
    return automator.keep(automator.chain(target))


@objects.method("removeUiObject")
def remove_object(automator: Automator, name: str) -> None:
    """Forget a name."""
    automator.objects.pop(name, None)


@objects.method("getChild", "childBySelector")
def get_child(automator: Automator, target: object, child: object) -> str:
    """Name the child of an object that a selector means."""
    return automator.keep(automator.chain(target).then(automator.chain(child)))


@objects.method("getFromParent")
def get_from_parent(automator: Automator, target: object, sibling: object) -> str:
    """Name the sibling of an object that a selector means."""
    return automator.keep(automator.chain(target).then(automator.chain(sibling), "sibling"))


@objects.method("childByText")
async def child_by_text(
    automator: Automator,
    target: object,
    child: object,
    text: str,
    scroll: bool = True,
) -> str:
    """Name the child that has this text, or holds a view that has it."""
    return await _child_by(automator, (target, child), text, shown_text_of, scroll=scroll)


@objects.method("childByDescription")
async def child_by_description(
    automator: Automator,
    target: object,
    child: object,
    text: str,
    scroll: bool = True,
) -> str:
    """Name the child that has this content description, or holds a view that has it."""
    return await _child_by(automator, (target, child), text, description_of, scroll=scroll)


@objects.method("childByInstance")
def child_by_instance(automator: Automator, target: object, child: object, instance: int) -> str:
    """Name the `instance`-th child that a selector means, counted from 0.

    Raises:
        ObjectMissing: there are fewer.

    """
    chain = automator.chain(target).then(automator.chain(child)).at(instance)
    automator.require(chain)
    return automator.keep(chain)


def shown_text_of(view: View) -> str:
    """Return a view's text."""
    return shown_text(view.node)


def description_of(view: View) -> str:
    """Return a view's content description."""
    return view.node.content_desc


async def _child_by(
    automator: Automator, family: tuple[object, object], wanted: str, read: Reader, *, scroll: bool
) -> str:
    collection, child = (automator.chain(part) for part in family)
    if scroll and automator.require(family[0]).node.scrollable:
        link = Link("child", (lambda view: read(view) == wanted,), None, f"TEXT={wanted}")
        await bring_into_view(automator, collection, collection.then(Chain((link,))))
    children = collection.then(child)
    for instance, row in enumerate(children.find_all(automator.view())):
        if any(read(view) == wanted for view in row.walk()):
            return automator.keep(children.at(instance))
    message = f"for text= {wanted!r} in {children}"
    raise ObjectMissing(message)
