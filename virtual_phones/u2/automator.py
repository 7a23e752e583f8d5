"""What the methods of one run of the uiautomator server work on: its phone, and what it remembers between calls."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from phonefleet.geometry import Point, Rect
from virtual_phones.apps.home import SYSTEM_UI
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen import hierarchy
from virtual_phones.screen.hierarchy import View
from virtual_phones.screen.node import Node
from virtual_phones.u2.configurator import Configurator
from virtual_phones.u2.failures import NullPointer, ObjectMissing
from virtual_phones.u2.matching.byselector import BySelector
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.matching.uiselector import UiSelector

NAMES_LAST = 60
"""Seconds after which the server forgets an object that a client knows by its name (ClearUiObjectTimerTask)."""

Target = Selector | str | None
"""What a client means: a selector, or an object that the server has named."""


@dataclass(frozen=True, slots=True)
class Finger:
    """A finger that touches the screen since `since`, in seconds of the phone's clock."""

    x: float
    y: float
    since: float


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a client knows by its name until `forgotten`, in seconds of the phone's clock."""

    selector: UiSelector
    forgotten: float


@dataclass(frozen=True, slots=True)
class Watcher:
    """What the server does by itself when all conditions show at once while it looks for something in vain."""

    conditions: tuple[UiSelector, ...]
    action: Callable[[], object]


@dataclass(slots=True)
class Automator:
    """One run of the server on one phone."""

    phone: VirtualPhone
    configurator: Configurator = field(default_factory=Configurator)
    last_toast: str | None = None
    seen_toast: str | None = None
    """The toast that shows and has been noticed; the same one is not noticed twice."""
    finger: Finger | None = None
    watchers: dict[str, Watcher] = field(default_factory=dict[str, Watcher])
    triggered: list[str] = field(default_factory=list[str])
    """Names of the watchers that have acted."""
    _watching: bool = False
    _named: dict[str, Named] = field(default_factory=dict[str, Named])
    _names_given: int = 0

    # --- what can be seen -------------------------------------------------------------------------------

    @property
    def screen(self) -> Rect:
        """The whole display."""
        return Rect(0, 0, self.phone.width, self.phone.height)

    @property
    def package(self) -> str:
        """The package of the active window; what is not looked at need not be laid out."""
        return SYSTEM_UI if self.phone.locked or self.phone.panel is not None else self.phone.foreground[0]

    def view(self) -> View:
        """Return what can be seen in the active window now: all that a UiSelector finds."""
        return hierarchy.view(next(window.root for window in self.phone.windows() if window.active), self.screen)

    def windows(self) -> Iterator[View]:
        """Yield what can be seen in each window of each display now: all that a BySelector finds."""
        for window in self.phone.windows():
            yield hierarchy.view(window.root, window.root.bounds if window.display else self.screen)

    def find(self, selector: UiSelector) -> View | None:
        """Return the view that is meant; when it does not show, the watchers get their turn."""
        found = selector.find(self.view())
        if found is None:
            self.run_watchers()
        return found

    def find_by(self, selector: BySelector) -> View | None:
        """Return the view that is meant; when it does not show, the watchers act before a second look."""
        found = selector.find(self.windows())
        if found is None and self.watchers and not self._watching:
            self.run_watchers()
            found = selector.find(self.windows())
        return found

    def tap(self, view: View) -> bool:
        """Touch a view at its centre, on the display that it is on: a touch of another one does nothing here."""
        center = view.bounds.center
        return not self._is_elsewhere(view) and self.phone.tap(center.x, center.y)

    def long_tap(self, view: View) -> bool:
        """Touch a view at its centre and stay."""
        center = view.bounds.center
        return not self._is_elsewhere(view) and self.phone.long_tap(center.x, center.y)

    def swipe(self, view: View, start: Point, end: Point) -> bool:
        """Move a finger over a view."""
        return not self._is_elsewhere(view) and self.phone.swipe(start.x, start.y, end.x, end.y)

    def _is_elsewhere(self, view: View) -> bool:
        """Tell whether a view is on another display: its root is clipped to that display, not to the first one."""
        while view.parent is not None:
            view = view.parent
        return view.clip != self.screen

    # --- what a client means ----------------------------------------------------------------------------

    def ui(self, target: Target) -> UiSelector:
        """Return the UiSelector of a target.

        Raises:
            ObjectMissing: no object has this name.
            CallFailed: there is no target, or its selector is none.

        """
        if isinstance(target, Selector):
            return target.ui()
        if target is None:
            raise NullPointer
        if (selector := self.named(target)) is None:
            message = f"UiObject {target} not found!"
            raise ObjectMissing(message)
        return selector

    def plain(self, target: Target) -> View | None:
        """Return the view of a plain selector that shows: the server works on it as a UiObject2."""
        by = target.plain() if isinstance(target, Selector) else None
        return self.find_by(by) if by is not None else None

    def require(self, target: Target | UiSelector) -> View:
        """Return the view that a UiObject means.

        Raises:
            ObjectMissing: it is not on the screen.

        """
        selector = target if isinstance(target, UiSelector) else self.ui(target)
        if (found := self.find(selector)) is None:
            raise ObjectMissing(str(selector))
        return found

    # --- objects with names -----------------------------------------------------------------------------

    def name(self, selector: UiSelector) -> str:
        """Remember an object and return the name under which the client can use it."""
        self._names_given += 1
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.phone.serial}/{self._names_given}"))
        self._named[name] = Named(selector, self.phone.clock.monotonic() + NAMES_LAST)
        return name

    def named(self, name: str) -> UiSelector | None:
        """Return what a name stands for, unless it was forgotten."""
        return self._named[name].selector if name in self.names() else None

    def names(self) -> list[str]:
        """Return the names that are not forgotten."""
        now = self.phone.clock.monotonic()
        self._named = {name: known for name, known in self._named.items() if now < known.forgotten}
        return list(self._named)

    def forget(self, name: str) -> None:
        """Forget a name."""
        self._named.pop(name, None)

    # --- what happens by itself -------------------------------------------------------------------------

    def run_watchers(self) -> None:
        """Let each watcher act whose conditions all show; what a watcher does not find calls no watchers."""
        if self._watching:
            return
        self._watching = True
        try:
            for name, watcher in list(self.watchers.items()):
                if all(selector.find(self.view()) is not None for selector in watcher.conditions):
                    watcher.action()
                    self.triggered += [] if name in self.triggered else [name]
        finally:
            self._watching = False

    def notice_toast(self) -> None:
        """Remember the toast that shows now, unless it has been noticed before."""
        toast = self.phone.toast()
        if toast != self.seen_toast:
            self.seen_toast = toast
            self.last_toast = toast or self.last_toast

    def changes(self, action: Callable[[], object]) -> bool:
        """Tell whether an action changes what shows, of which accessibility sends an event."""
        before = self.appearance()
        action()
        return self.appearance() != before

    def appearance(self) -> Sequence[tuple[object, ...]]:
        """Return the part of the screen whose changes accessibility reports; two of them can be compared."""
        return [_look(node) for node in self.phone.scene().picture.walk()]


def _look(node: Node) -> tuple[object, ...]:
    states = (node.checked, node.focused, node.selected, node.enabled)
    return (node.class_name, node.bounds, node.resource_id, node.text, node.content_desc, *states)
