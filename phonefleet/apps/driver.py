"""Drives an app on a phone by its profile: finds elements by selector name, taps, types, scrolls and opens links.

It knows selectors by name but none of the app's screens; those are the page objects.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Literal

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Selector
from phonefleet.apps.watcher import LONGEST_PAUSE, PATIENCE, Watcher
from phonefleet.device.phone import Key
from phonefleet.errors import AppCrashed, DeviceFrozen, ElementMissing, Interrupted, LinkLost, ScreenUnclear
from phonefleet.geometry import Point
from phonefleet.words import OR, joined, say

__all__ = ["PATIENCE", "AppDriver"]

_ARRIVAL = timedelta(seconds=5)
"""How long an app that is being opened may take to come to the front."""

_COMES_TO_REST = 1.5
"""Seconds after which what a touch has begun shows: a sheet that rises, a page that comes."""

_SHORTEST_SCROLL = 100
"""The shortest swipe that scrolls, in pixels."""

_SHOWN_AT_MOST = 5

Candidate = tuple[str, Element]
"""The name of a selector and an element that fits it."""


def candidates(screen: Screen, selectors: Mapping[str, Selector]) -> list[Candidate]:
    """Return all elements of a screen that fit any of the selectors, by name; clear is only a list of one."""
    return [(name, element) for name, selector in selectors.items() for element in screen.find_all(selector)]


class AppDriver(Watcher):
    """One app on one phone, for one run. Not thread-safe.

        driver.ensure_started()
        _, field = driver.wait_for("search_field")
        driver.type_into(field, "ann")

    Every call checks the stop signal first.
    """

    # --- acting ------------------------------------------------------------------------------------------

    def tap(self, element: Element) -> None:
        """Tap the middle of the visible part of an element; a keyboard that covers it is closed.

        Raises:
            ElementMissing: something else covers it.

        """
        self.stop.check()
        point, _ = self._within_reach(element)
        with self._perhaps():
            self.phone.tap(point)

    def touch(self, point: Point) -> None:
        """Tap a point of the screen, such as one on a slider."""
        self.stop.check()
        with self._perhaps():
            self.phone.tap(point)

    def type_into(self, element: Element, text: str) -> None:
        """Make `text` the whole content of an editable element.

        Raises:
            ElementMissing: something else lies over it.

        """
        self.stop.check()
        point, element = self._within_reach(element)
        self.phone.set_text(point, element.id, text)

    def press(self, key: Key) -> None:
        """Press a key."""
        self.stop.check()
        with self._perhaps():
            self.phone.press(key)

    def leave(self) -> None:
        """Go back from the current screen, closing an open keyboard first, which would consume the key."""
        if self._reader.read().keyboard_is_open:
            self._without_keyboard()
        self.press("back")

    def scroll(self, direction: Literal["down", "up"], over: Element | None = None) -> None:
        """Scroll an element, or the app's largest list, by a swipe over most of its visible part.

        The swipe avoids system bars and the keyboard, which would react to it themselves.

        Raises:
            ElementMissing: no part of it is visible.

        """
        self.stop.check()
        upper, lower = self._scroll_line(over)
        start, end = (lower, upper) if direction == "down" else (upper, lower)
        with self._perhaps():
            self.phone.swipe(start, end)

    def open_link(self, kind: str, **values: str) -> None:
        """Open a deep link of the profile, the values percent-encoded, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.open_url(self.profile.link(kind, **values))

    def open_url(self, url: str) -> None:
        """Open an address with the app, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        self.phone.open_link(url, self.profile.package)
        self._arrive()

    def share(self, uri: str, media_type: str) -> None:
        """Share a picture or video of the phone with the app, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        self.phone.share(uri, media_type, self.profile.package)
        self._arrive()

    def ensure_started(self) -> None:
        """Bring the app to the front unless it is there, and wait until it shows.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        if self.phone.foreground().package != self.profile.package:
            self.phone.launch(self.profile.package)
        self._arrive()

    @contextmanager
    def _perhaps(self) -> Generator[None]:
        """Let the screen come to rest where nobody has heard whether the touch in the block happened.

        Whoever looked at once might see the screen as it was, and the next touch would land on what rises over it.
        """
        try:
            yield
        except (LinkLost, DeviceFrozen):
            with suppress(Interrupted):  # what has become of the touch says more than that the work is to stop
                self.pause(_COMES_TO_REST)
            raise

    # --- what cannot be taken back ------------------------------------------------------------------------

    def only(
        self,
        *names: str,
        where: Callable[[Screen], bool] = lambda _: True,
        complaint: str = "",
        timeout: timedelta = PATIENCE,
    ) -> tuple[str, Element]:
        """Wait until exactly one element is what these selectors mean, and return it with its name.

        For whatever is touched and cannot be taken back, and for what says whether it was done. The names exclude each
        other, such as follow and following. Only alternatives that say more than a word and a class count, on screens
        for which `where` holds.

            name, button = driver.only("follow_button", "following_button")

        Raises:
            ScreenUnclear: several elements fit, or two of the names at once, and it stays so.
            ElementMissing: none did in time.

        """
        selectors = {name: self.profile.acting(name) for name in names if name in self.profile.selectors}
        if not selectors:
            self.profile.selector(names[0])
        unclear: list[list[Candidate]] = []

        def one(screen: Screen) -> tuple[str, Element] | None:
            found = candidates(screen, selectors) if where(screen) else []
            unclear[:] = [found] if len(found) > 1 else []
            return found[0] if len(found) == 1 else None

        try:
            return self.wait_until(
                one,
                complaint
                or say("apps.screen_does_not_show", "the screen does not show {names}", names=joined(OR, names)),
                timeout,
            )
        except ElementMissing as error:
            if unclear:
                raise _unclear(unclear[0], error) from error
            raise

    # --- covered elements --------------------------------------------------------------------------------

    def _within_reach(self, element: Element) -> tuple[Point, Element]:
        """Return the point to tap, and the element with its bounds then, which change when the keyboard closes."""
        screen = self._reader.latest
        point = screen.point_of(element)
        if point is None and screen.keyboard_is_open:
            screen = self._without_keyboard()
            twins = screen.twins_of(element)
            element = twins[0] if len(twins) == 1 else element
            point = screen.point_of(element) if len(twins) == 1 else None
        if point is None:
            complaint = say(
                "apps.element_covered",
                "{element} cannot be touched: something lies over it",
                element=element.id or element.label or say("apps.an_element", "an element"),
            )
            raise self.witnessed(ElementMissing(complaint), screen)
        return point, element

    def _without_keyboard(self) -> Screen:
        self.press("back")
        return self.wait_until(
            lambda now: None if now.keyboard_is_open else now,
            say("apps.keyboard_does_not_go_away", "the keyboard does not go away"),
        )

    def _scroll_line(self, over: Element | None) -> tuple[Point, Point]:
        screen = self.look() if over is None else self._reader.latest
        area = screen.scroll_area(over)
        if area.height < _SHORTEST_SCROLL and screen.keyboard_is_open:
            screen = self._without_keyboard()
            area = screen.scroll_area(over)
        if area.height < _SHORTEST_SCROLL or not area.width:
            raise self.witnessed(
                ElementMissing(
                    say(
                        "apps.list_cannot_scrolled_something_lies",
                        "the list cannot be scrolled: something lies over it",
                    )
                ),
                screen,
            )
        return screen.scroll_line(over)

    # --- arriving ----------------------------------------------------------------------------------------

    def _arrive(self) -> None:
        deadline = self.clock.monotonic() + _ARRIVAL.total_seconds()
        while True:
            try:
                self.look()
            except AppCrashed:
                if self.clock.monotonic() >= deadline:
                    raise
                self.pause(LONGEST_PAUSE)
            else:
                return


def _unclear(found: list[Candidate], missing: ElementMissing) -> ScreenUnclear:
    """Return the error that says what the screen has shown; the evidence is that of the wait."""
    shown = [
        say("apps.element_at", "{name} {label!r} at {bounds}", name=name, label=element.label, bounds=element.bounds)
        for name, element in found[:_SHOWN_AT_MOST]
    ]
    hidden = len(found) - _SHOWN_AT_MOST
    more = say("apps.and_more", " and {number} more", number=hidden) if hidden > 0 else ""
    error = ScreenUnclear(
        say(
            "apps.nothing_touched_exactly_one_meant",
            "nothing was touched: exactly one was meant, and the screen shows {shown}{more}",
            shown=joined("; ", shown),
            more=more,
        )
    )
    error.evidence = missing.evidence
    return error
