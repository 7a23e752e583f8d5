"""A phone that notes all that a program does with it: what the app showed, and what was done to that.

course = Course(exact)
phone = RecordedPhone(session, "com.example.app", course)
...  # drive the phone with AppDriver, page objects, a task
phone.finish()
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from phonefleet.device.phone import Foreground, Health, Key, Phone
from phonefleet.geometry import Point, Rect
from phonefleet.recording.camera import Camera
from phonefleet.recording.course import Course
from phonefleet.recording.deeds import Deed, Link, Press, Share, Started, Typed, field_at, touched

T = TypeVar("T")
_ELSEWHERE = Started("a touch of something else")


def _tell_nobody(_deed: Deed | None) -> None:
    """Tell nobody of a new screen."""


class RecordedPhone:
    """Implements `Phone` by another one. `told` is called for each new screen, with what led to it."""

    def __init__(
        self, phone: Phone, package: str, course: Course, told: Callable[[Deed | None], None] = _tell_nobody
    ) -> None:
        self._phone = phone
        self._package = package
        self._course = course
        self._camera = Camera(phone, package, course)
        self._told = told

    def finish(self) -> None:
        """Note where the last deed led to."""
        if self._course.moved:
            self.hierarchy()

    # --- looking -----------------------------------------------------------------------------------------

    @property
    def serial(self) -> str:
        """The phone's identity."""
        return self._phone.serial

    def confirm(self) -> None:
        """Verify that the phone is this one."""
        self._phone.confirm()

    def hierarchy(self) -> str:
        """Return the screen's views, and note them."""
        xml = self._phone.hierarchy()
        deed = self._course.visits[-1].deed
        if self._camera.keep(self._camera.screen_of(xml)):
            self._told(deed)
        return xml

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        """Return the true text and description of a view."""
        return self._phone.labels_at(at, resource_id)

    def display(self) -> Rect:
        """Return the bounds of the display."""
        return self._phone.display()

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return self._phone.screenshot()

    # --- touches, keys and text --------------------------------------------------------------------------

    def tap(self, point: Point) -> None:
        """Touch the screen once."""
        self._doing(lambda: self._of_screen(point, point), lambda: self._phone.tap(point))

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        """Move a finger from start to end."""
        self._doing(lambda: self._of_screen(start, end), lambda: self._phone.swipe(start, end, steps))

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        """Make `text` the whole content of the editable view at a point."""
        self._doing(lambda: self._typing(at, text), lambda: self._phone.set_text(at, resource_id, text))

    def press(self, key: Key) -> None:
        """Press a key."""
        self._doing(lambda: Press(key), lambda: self._phone.press(key))

    def wake(self) -> None:
        """Switch the display on and dismiss an insecure keyguard."""
        self._phone.wake()

    # --- apps --------------------------------------------------------------------------------------------

    def open_link(self, url: str, package: str) -> None:
        """Open an address with an app."""
        self._doing(lambda: Link(url), lambda: self._phone.open_link(url, package))

    def launch(self, package: str) -> None:
        """Start an app."""
        self._doing(lambda: Started("launch"), lambda: self._phone.launch(package))

    def force_stop(self, package: str) -> None:
        """Stop an app."""
        self._doing(lambda: Started("stop"), lambda: self._phone.force_stop(package))

    def foreground(self) -> Foreground:
        """Return the focused app."""
        return self._phone.foreground()

    def app_version(self, package: str) -> str:
        """Return the version of an app."""
        return self._phone.app_version(package)

    def language(self, package: str) -> str:
        """Return the language in which the phone shows an app, as a BCP 47 tag."""
        return self._phone.language(package)

    # --- the phone ---------------------------------------------------------------------------------------

    def health(self) -> Health:
        """Return the state of battery, display and keyguard."""
        return self._phone.health()

    def push(self, source: Path, target: str, modified: datetime) -> None:
        """Copy a file onto the phone."""
        self._phone.push(source, target, modified)

    def scan_media(self, path: str) -> str:
        """Let the phone's galleries know of a file."""
        return self._phone.scan_media(path)

    def remove_media(self, folder: str) -> None:
        """Delete a folder of pictures."""
        self._phone.remove_media(folder)

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Share a picture or video with an app."""
        self._doing(lambda: Share(media_type), lambda: self._phone.share(uri, media_type, package))

    def shell(self, args: list[str]) -> str:
        """Run a command on the phone."""
        return self._phone.shell(args)

    def attempt(self, args: list[str], limit: timedelta | None = None) -> tuple[str, int]:
        """Run a command on the phone, and return its output and its exit code."""
        return self._phone.attempt(args, limit)

    def reboot(self) -> None:
        """Restart the phone."""
        self._phone.reboot()

    # --- inside ------------------------------------------------------------------------------------------

    def _doing(self, deed: Callable[[], Deed], act: Callable[[], T]) -> T:
        """Act, and note what was done to the screen as it was before: one that breaks may have had its effect."""
        if self._course.moved:
            self.hierarchy()
        noted = deed()
        try:
            return act()
        finally:
            self._course.do(noted)

    def _of_screen(self, start: Point, end: Point) -> Deed:
        screen = self._course.latest or self._camera.look()
        return touched(screen, start, end) if screen is not None else _ELSEWHERE

    def _typing(self, at: Point, text: str) -> Deed:
        screen = self._course.latest or self._camera.look()
        return Typed(field_at(screen, at), text) if screen is not None else _ELSEWHERE
