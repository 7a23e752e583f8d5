"""Watches a phone while a person uses it: each new screen of an app, and the touches that led to it.

The screen is looked at again and again; the fingers are told by the kernel's events. A screen counts once two looks are
alike and no finger has moved in between. What cannot be told, because a person was faster than that or touched for
long, is recorded as a screen without a step that leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock, StopSignal
from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.recording.camera import Camera, Watched
from phonefleet.recording.course import Course
from phonefleet.recording.deeds import Deed, Press, Swipe, Tap, Typed, content_of, field_with_focus, has_keys, touched
from phonefleet.recording.touches import EventReader, KeyStroke, Stroke, gesture_key, touchscreens

_PAUSE = timedelta(milliseconds=200)
"""Between two looks."""

_AFTER_TROUBLE = timedelta(seconds=2)
_RESTLESS = 6
"""So many looks that differ are taken for a screen that never stands still."""

_LONG = 0.5
"""Seconds after which a touch is a long one, which no step can say."""


class Fingers(Protocol):
    """Where the kernel's events come from: `phonefleet.device.shell.kernel_events.KernelEvents` is one."""

    listing: str

    def taken(self) -> list[str]:
        """Return the lines of `getevent -lt` since the last call."""
        ...


@dataclass(slots=True)
class Watch:
    """One recording of one app on one phone. `told` is called for each new screen, `trouble` with what went wrong."""

    phone: Watched
    package: str
    course: Course
    fingers: Fingers
    clock: Clock
    stop: StopSignal
    told: Callable[[Deed | None], None]
    trouble: Callable[[str], None]
    _events: EventReader = field(init=False)
    _camera: Camera = field(init=False)
    _strokes: list[Stroke | KeyStroke] = field(default_factory=list["Stroke | KeyStroke"])
    _last_news: float = 0.0

    def __post_init__(self) -> None:
        self._events = EventReader(touchscreens(self.fingers.listing))
        self._camera = Camera(self.phone, self.package, self.course)
        self._last_news = self.clock.monotonic()

    @property
    def sees_fingers(self) -> bool:
        """Whether the phone tells what fingers do."""
        return bool(self._events.screens)

    def run(self, longest: timedelta | None = None, idle: timedelta | None = None) -> None:
        """Watch until the stop signal is set, for at most `longest`, or until nothing was new for as long as `idle`."""
        began = self.clock.monotonic()
        try:
            while not self._is_over(began, longest) and not self._is_over(self._last_news, idle):
                self._look_patiently()
        except Interrupted:
            return

    def _is_over(self, since: float, limit: timedelta | None) -> bool:
        return limit is not None and self.clock.monotonic() - since >= limit.total_seconds()

    def _look_patiently(self) -> None:
        try:
            self._settle()
            self.clock.sleep(_PAUSE, self.stop)
        except Interrupted:
            raise
        except PhonefleetError as error:  # phones are unplugged, and come back
            self.trouble(error.message)
            self.clock.sleep(_AFTER_TROUBLE, self.stop)

    def _settle(self) -> None:
        """Look until the screen stands still, and note it."""
        before: str | None = None
        for _ in range(_RESTLESS):
            self._take_events()
            screen = self._camera.look()
            look = self.course.likeness(screen) if screen is not None else ""
            if not self._take_events() and look == before:
                break
            before = look
            self.clock.sleep(_PAUSE, self.stop)
        else:
            screen = self._camera.look()
        self._note(screen)

    def _take_events(self) -> bool:
        """Read what fingers have done; tell whether they have done anything."""
        found = [stroke for line in self.fingers.taken() if (stroke := self._events.read(line)) is not None]
        self._strokes += found
        return bool(found)

    def _note(self, after: Screen | None) -> None:
        strokes, self._strokes = self._strokes, []
        if strokes:
            self._last_news = self.clock.monotonic()
            before = self.course.latest
            self.course.do(explained(before, strokes, after) if before is not None else None)
        deed = self.course.visits[-1].deed
        if self._camera.keep(after):
            self._last_news = self.clock.monotonic()
            self.told(deed if strokes else None)


def explained(before: Screen, strokes: Sequence[Stroke | KeyStroke], after: Screen | None) -> Deed | None:
    """Return what the strokes between two screens were together; None if no step of a manifest could say that."""
    deeds = [_deed(before, stroke) for stroke in strokes]
    first = deeds[0]
    if len(deeds) == 1 and not isinstance(first, Typed):
        return first
    if isinstance(first, Typed) or (isinstance(first, Tap) and first.target.editable):
        return _typing(before, first, after)
    same = isinstance(first, Swipe | Tap) and all(deed is not None and deed.said() == first.said() for deed in deeds)
    return first if same else None


def _deed(before: Screen, stroke: Stroke | KeyStroke) -> Deed | None:
    if isinstance(stroke, KeyStroke):
        return Press(stroke.key)
    start, end = stroke.points(before.display, before.rotation)
    key = None if has_keys(before) else gesture_key(start, end, before.display)
    if key is not None:
        return Press(key)
    deed = touched(before, start, end)
    return None if isinstance(deed, Tap) and stroke.ended - stroke.began >= _LONG else deed


def _typing(before: Screen, first: Tap | Typed, after: Screen | None) -> Deed | None:
    """Return what was typed; the key that sends a text or searches for it leaves the field as it is, or empties it."""
    focus = field_with_focus(after) if after is not None else None
    target = focus or first.target
    text = content_of(after, target) if after is not None else None
    if isinstance(first, Typed) and (not text or text == content_of(before, first.target)):
        return Press("enter")
    return Typed(target, text) if text else None
