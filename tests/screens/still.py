"""A phone that shows one saved screen, whatever is done to it, and remembers what was touched.

For answers that a single screen gives. Scripts run on replay phones, see `conftest`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from phonefleet.apps import load_profile
from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.clock import StopSignal
from phonefleet.device.phone import Foreground, Health, Key
from phonefleet.geometry import Point, Rect
from tests.screens.building import HEIGHT, WIDTH, Box

NO_FOLDER = Path("no folder of own profiles")


class Steps:
    """A clock on which each wait passes at once."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 5, 4, 12, tzinfo=UTC) + self._passed

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        self._passed += duration
        if stop is not None:
            stop.check()


@dataclass(slots=True)
class Still:
    """A `Phone` that shows one dump."""

    xml: str
    package: str
    size: tuple[int, int] = (WIDTH, HEIGHT)
    taps: list[Point] = field(default_factory=list[Point])
    swipes: list[tuple[Point, Point]] = field(default_factory=list[tuple[Point, Point]])
    typed: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])

    serial = "still"

    def confirm(self) -> None:
        return

    def hierarchy(self) -> str:
        return self.xml

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        del at, resource_id

    def display(self) -> Rect:
        return Rect(0, 0, *self.size)

    def screenshot(self) -> bytes:
        return b""

    def tap(self, point: Point) -> None:
        self.taps.append(point)

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        del steps
        self.swipes.append((start, end))

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        del at, resource_id
        self.typed.append(text)

    def press(self, key: Key) -> None:
        self.keys.append(key)

    def wake(self) -> None:
        return

    def open_link(self, url: str, package: str) -> None:
        del url, package

    def launch(self, package: str) -> None:
        del package

    def force_stop(self, package: str) -> None:
        del package

    def foreground(self) -> Foreground:
        return Foreground(self.package, "")

    def app_version(self, package: str) -> str:
        del package
        return ""

    def language(self, package: str) -> str:
        del package
        return ""

    def health(self) -> Health:
        return Health(90, charging=True, awake=True, locked=False)

    def push(self, source: Path, target: str, modified: datetime) -> None:
        del source, target, modified

    def scan_media(self, path: str) -> str:
        return path

    def remove_media(self, folder: str) -> None:
        del folder

    def share(self, uri: str, media_type: str, package: str) -> None:
        del uri, media_type, package

    def shell(self, args: list[str]) -> str:
        del args
        return ""

    def attempt(self, args: list[str], limit: timedelta | None = None) -> tuple[str, int]:
        del args, limit
        return "", 0

    def reboot(self) -> None:
        pass

    # --- what was touched ---------------------------------------------------------------------------------

    def touched_only(self, *boxes: Box) -> bool:
        """Tell whether something was touched, each time inside of one of these boxes."""
        inside = [any(Rect(*box).contains(point) for box in boxes) for point in self.taps]
        return bool(inside) and all(inside)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was done to it."""
        return not (self.taps or self.swipes or self.typed or self.keys)


@lru_cache
def rules(app: str, version: str, language: str | None = None) -> VersionProfile:
    """Return a built-in profile for a version of its app."""
    return load_profile(app, NO_FOLDER).for_version(version, language)


def looking_at(profile: VersionProfile, phone: Still) -> AppDriver:
    """Return a driver of an app on a still phone."""
    return AppDriver(phone, profile, Steps(), StopSignal(), random.Random(1))


def found(profile: VersionProfile, xml: str, name: str) -> Sequence[Element]:
    """Return all that a selector finds on a screen; nothing where the profile does not have it."""
    screen = Screen.parse(xml, profile.package)
    return screen.find_all(profile.selectors[name]) if name in profile.selectors else []
