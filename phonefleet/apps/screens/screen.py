"""A screen that was read from a phone: its windows and elements, and how to find them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from lxml import etree

from phonefleet.apps.screens import placing, windows
from phonefleet.apps.screens.selector import Element, Match, Selector
from phonefleet.apps.screens.windows import Window
from phonefleet.errors import AutomationDown
from phonefleet.geometry import Point, Rect
from phonefleet.words import say

_NOBODY = ("", "android")
"""Whose the nodes of a broken accessibility service are."""

_OF_THE_TOOL = ("com.android.systemui", "com.android.shell", "com.github.uiautomator", "com.github.uiautomator.test")
"""Whose a single node may be besides: the service then sees no window but one that has nothing in it."""

_FIRST_DISPLAY = 0
"""The display that is looked at and touched: touches by the uiautomator server reach no other."""

_LOGICAL_DISPLAYS = range(2**31)
"""How Android counts displays; other numbers are those of the hardware, which some tools write instead."""

LARGEST = 20_000_000
"""Characters of a hierarchy; the largest that phones write have less than one in ten of them."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone showed at one moment: a set of windows, from the lowest to the topmost.

    `package` is the app whose screen it is; its own windows are searched, of several the topmost first, and nobody
    else's. Without one all windows are the app's. `display` is the whole display as it is held.
    """

    xml: str
    package: str | None
    windows: tuple[Window, ...]
    display: Rect
    rotation: int = 0

    @classmethod
    def parse(cls, xml: str, package: str | None = None, known: windows.Known | None = None) -> Screen:
        """Read a hierarchy as uiautomator writes it; the display is taken to reach as far as its windows do.

        `known` are the windows of the screen before, see `windows.read_windows`.

        Raises:
            AutomationDown: the text is no hierarchy, or one of a broken accessibility service: nothing but empty nodes.

        """
        if len(xml) > LARGEST:
            message = say(
                "apps.phone_sent_hierarchy_characters_most",
                "the phone sent a hierarchy of {number} characters, and {largest} are the most",
                number=len(xml),
                largest=LARGEST,
            )
            raise AutomationDown(message)
        if "<!DOCTYPE" in xml:  # uiautomator writes none, and entities would be expanded in attributes
            message = say(
                "apps.phone_sent_unreadable_hierarchy_declares",
                "the phone sent an unreadable hierarchy: it declares a document type",
            )
            raise AutomationDown(message)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(xml.encode(), parser)
            rotation = int(next((each.get("rotation") for each in root.iter("hierarchy")), None) or 0)
            found = windows.read_windows(root, package, known)
        except (etree.XMLSyntaxError, ValueError) as error:
            message = say(
                "apps.phone_sent_unreadable_hierarchy", "the phone sent an unreadable hierarchy: {error}", error=error
            )
            raise AutomationDown(message) from error
        _refuse_broken(found)
        shown_on = _touched_display(found)
        here = tuple(window for window in found if window.display == shown_on)
        return cls(xml, package, here, _reach(here), rotation)

    def on(self, display: Rect) -> Screen:
        """Return the screen as one of a display of known size."""
        return self if self.display == display else replace(self, display=display)

    def fits(self, display: Rect) -> bool:
        """Tell whether its windows reach exactly as far as a display."""
        return _reach(self.windows) == display

    def is_within(self, display: Rect) -> bool:
        """Tell whether none of its windows reaches over the edge of a display."""
        return _reach(self.windows).intersection(display) == _reach(self.windows)

    # --- finding elements --------------------------------------------------------------------------------

    @property
    def elements(self) -> tuple[Element, ...]:
        """The elements of the app's own windows, those of the topmost window first, each in document order."""
        return tuple(chain.from_iterable(window.elements for window in self._searched(dialogs=False)))

    @property
    def packages(self) -> set[str]:
        """Whose windows are on the display."""
        return {window.package for window in self.windows if window.package}

    def find(self, selector: Selector, *, dialogs: bool = False) -> Element | None:
        """Return the first element that the first fitting alternative finds."""
        found = self.find_all(selector, dialogs=dialogs)
        return found[0] if found else None

    def find_all(self, selector: Selector, *, dialogs: bool = False) -> Sequence[Element]:
        """Return all elements of the first alternative that finds any; `dialogs` searches those of the system too."""
        for match in selector:
            if found := list(self._matching(match, dialogs=dialogs)):
                return found
        return []

    def counts(self, selector: Selector) -> int:
        """Return how many elements the first alternative finds that finds any."""
        return len(self.find_all(selector))

    def ancestors(self, element: Element) -> Sequence[Element]:
        """Return what holds an element of this screen, from the innermost on."""
        window = next(window for window in self.windows if window.place == element.height[0])
        return list(placing.ancestors(window, element))

    def alternative(self, selector: Selector) -> int | None:
        """Return the index of the first alternative that finds anything."""
        found = (index for index, match in enumerate(selector) if any(True for _ in self._matching(match)))
        return next(found, None)

    def shows(self, package: str) -> bool:
        """Tell whether a window of the package is on the display."""
        return package in self.packages

    def largest_of_others(self, system: Container[str]) -> str | None:
        """Return whose the largest window is, apart from those of the system."""
        others = [window for window in self._foreign() if window.package and window.package not in system]
        return max(others, key=lambda window: _area(window.bounds)).package if others else None

    def height_of(self, element: Element) -> tuple[int, int]:
        """Return how high an element lies: its window's place among the windows, then its own in the document."""
        return element.height

    def twins_of(self, element: Element) -> list[Element]:
        """Return the elements that are and say the same, wherever they are."""
        wanted = replace(element, bounds=self.display)
        return [each for each in self.elements if replace(each, bounds=self.display) == wanted]

    # --- what can be touched -----------------------------------------------------------------------------

    @property
    def bounds(self) -> Rect:
        """The whole display."""
        return self.display

    def visible(self, area: Rect) -> Rect:
        """Return what is left of an area of the app between the system's bars and the keyboard."""
        return windows.visible_part(area, self._foreign(), self.display, _reach(self.windows))

    def point_of(self, element: Element) -> Point | None:
        """Return where to touch an element; None when others lie over all of it."""
        foreign = [window for window in self._foreign() if window.place != element.height[0]]
        part = windows.visible_part(element.bounds, foreign, self.display, _reach(self.windows))
        if part == self.display.intersection(element.bounds):
            part = element.bounds
        free = (point for point in _spots(part) if self._is_free(point, element.height[0]))
        return next(free, None) if part.width > 0 and part.height > 0 else None

    @property
    def keyboard_is_open(self) -> bool:
        """Whether a keyboard lies over the app; another app beside it, in split screen, lies over none of it."""
        beside = windows.beside(self._own(), self._foreign(), self.display)
        return any(windows.is_keyboard(window, self.display) and window not in beside for window in self._foreign())

    @property
    def room(self) -> Rect:
        """The part of the display that the app has to itself: in split screen without the other app's."""
        beside = windows.beside(self._own(), self._foreign(), self.display)
        return windows.visible_part(self.display, beside, self.display, self.display)

    def scroll_area(self, over: Element | None) -> Rect:
        """Return where a finger can scroll an element, or without one the largest list of the app."""
        found = self._to_scroll() if over is None else over
        return windows.swipeable(self.visible(found.bounds if found else self.display), self.display)

    def scroll_line(self, over: Element | None) -> tuple[Point, Point]:
        """Return the upper and the lower end of a swipe that scrolls an element; small windows are gone around."""
        area, found = self.scroll_area(over), self._to_scroll() if over is None else over
        place = found.height[0] if found else 0
        top, bottom = area.top + area.height // 5, area.bottom - area.height // 5
        lines = [(Point(spot.x, top), Point(spot.x, bottom)) for spot in _spots(area)]
        free = (line for line in lines if all(self._is_free(point, place) for point in line))
        return next(free, lines[0])

    def _to_scroll(self) -> Element | None:
        """Return the largest list of the app's topmost window that has any, else its largest window."""
        own = list(self._searched(dialogs=False))
        for window in own:
            lists = [element for element in window.elements if element.scrollable]
            if lists:
                return max(lists, key=lambda element: _area(self.visible(element.bounds)))
        return own[-1].elements[0] if own else None

    # --- inside ------------------------------------------------------------------------------------------

    def _is_free(self, point: Point, place: int) -> bool:
        """Tell whether a touch reaches a window, by its place: others are above it, and the app's own that are higher.

        A dialog of the system in the dump is what is touched, or will be dismissed before anything else is.
        """
        others = (each for each in self.windows if each.place != place and not each.is_of_a_system_dialog)
        over = (each for each in others if self.package not in (None, each.package) or each.place > place)
        return not any(windows.covers(window, point, self.display) for window in over)

    def _own(self) -> list[Window]:
        return [window for window in self.windows if self.package in (None, window.package)]

    def _foreign(self) -> list[Window]:
        return [window for window in self.windows if self.package not in (None, window.package)]

    def _searched(self, *, dialogs: bool, package: str | None = None) -> Iterator[Window]:
        """Yield the windows that are searched, the topmost first: the app's own, or those of a named package."""
        for window in reversed(self.windows):
            wanted = self.package in (None, window.package) if package is None else package == window.package
            if wanted or (dialogs and window.is_of_a_system_dialog):
                yield window

    def _matching(self, match: Match, *, dialogs: bool = False) -> Iterator[Element]:
        for window in self._searched(dialogs=dialogs, package=match.package):
            yield from placing.found_in(window, match)


def _spots(bounds: Rect) -> Iterator[Point]:
    """Yield the middle of a rectangle, then places beside it that small windows over it may leave free."""
    yield bounds.center
    for part in (1, 3):
        yield Point(bounds.left + bounds.width * part // 4, bounds.center.y)
        yield Point(bounds.center.x, bounds.top + bounds.height * part // 4)


def _touched_display(found: Sequence[Window]) -> int:
    """Return which display the touches reach: the first, or the only one where its number is not one of Android's."""
    only = {window.display for window in found}
    named_otherwise = len(only) == 1 and not any(display in _LOGICAL_DISPLAYS for display in only)
    return only.pop() if named_otherwise else _FIRST_DISPLAY


def _refuse_broken(found: Sequence[Window]) -> None:
    """Refuse what a broken accessibility service shows of any screen (uiautomator2's issue 895)."""
    elements = [element for window in found for element in window.elements]
    nobody = (*_NOBODY, *_OF_THE_TOOL) if len(elements) == 1 else _NOBODY
    if elements and all(each.package in nobody and not each.label and not each.id for each in elements):
        shown = (
            say("apps.single_empty_node", "a single empty node")
            if len(elements) == 1
            else say("apps.nothing_but_empty_nodes", "nothing but empty nodes")
        )
        message = say(
            "apps.phones_accessibility_service_broken_shows",
            "the phone's accessibility service is broken: it shows {shown}; its server is restarted, "
            "and if that does not help, the phone must be",
            shown=shown,
        )
        raise AutomationDown(message)


def _reach(found: Sequence[Window]) -> Rect:
    edges = [window.bounds for window in found]
    return Rect(0, 0, max((each.right for each in edges), default=0), max((each.bottom for each in edges), default=0))


def _area(bounds: Rect) -> int:
    return bounds.width * bounds.height
