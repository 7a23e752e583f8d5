"""Records an app while a person uses a phone, and writes what was seen; who may record, and where to, it does not know.

Without a profile for the app's version or language, its screens are recorded all the same, and bear numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from phonefleet.apps import AppProfile, VersionProfile
from phonefleet.apps.schema import ProfileRules, VersionRules
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Foreground
from phonefleet.errors import PhonefleetError, UnsupportedApp
from phonefleet.recording.camera import Watched
from phonefleet.recording.course import Course, typing_joined
from phonefleet.recording.deeds import Deed
from phonefleet.recording.folder import RecordedApp, Written, write
from phonefleet.recording.likeness import rough
from phonefleet.recording.watching import Fingers, Watch
from phonefleet.words import say

Teller = Callable[[str], None]


class RecordedBy(Watched, Protocol):
    """A phone that is looked at, and says which app is in front."""

    def foreground(self) -> Foreground:
        """Return the focused app."""
        ...


def unknown_app(package: str) -> AppProfile:
    """Return a profile that knows nothing of an app but its package."""
    every_version = (VersionRules(range=">=0"),)
    return AppProfile(ProfileRules(name="none", package=package, verified="never", links={}, versions=every_version))


def version_of(profile: AppProfile, version: str, language: str, tell: Teller) -> VersionProfile:
    """Return what the profile knows of this version; nothing if it does not cover it or its language."""
    try:
        return profile.for_version(version, language or None)
    except UnsupportedApp as error:
        tell(
            say(
                "recording.no_profile",
                "Recording without the profile: {why}. Screens bear numbers; see that all names are masked.",
                why=error.message,
            )
        )
        [known_nothing] = unknown_app(profile.package).variants()
        return replace(known_nothing, version=version)


@dataclass(slots=True)
class Recorder:
    """One recording of one app on one phone; `tell` is called with a sentence for each thing that a person may know.

    `count` are the screens until now; `new` is called for each. `write` ends it.
    """

    phone: RecordedBy
    profile: VersionProfile
    language: str
    tell: Teller
    clock: Clock
    activity: str = ""
    count: int = 0

    def watch(
        self,
        fingers: Fingers,
        course: Course,
        stop: StopSignal,
        longest: timedelta | None = None,
        idle: timedelta | None = None,
    ) -> None:
        """Record what a person does, until the stop signal is set, the time is up or nothing was new for a while."""
        watch = Watch(self.phone, self.profile.package, course, fingers, self.clock, stop, self.new, self.tell)
        if not watch.sees_fingers:
            self.tell(
                say(
                    "recording.no_fingers",
                    "This phone does not tell what fingers do: screens are recorded, steps between them are not.",
                )
            )
        watch.run(longest, idle)
        course.visits = typing_joined(course.visits)

    def new(self, deed: Deed | None) -> None:
        """Take note of a new screen, and of what led to it."""
        self.count += 1
        with suppress(PhonefleetError):  # the next screen tells it as well
            shown = self.phone.foreground()
            self.activity = self.activity or (shown.activity if shown.package == self.profile.package else "")
        after = deed.brief() if deed else say("recording.nothing_seen", "nothing that was seen")
        self.tell(
            say("recording.new_screen", "{number}  new screen, after: {deed}", number=f"{self.count:3}", deed=after)
        )

    def write(self, folder: Path, course: Course, *, keep_names: bool = False) -> Written:
        """Write what was recorded. Raises as `folder.write` does."""
        app = RecordedApp(self.profile.package, self.profile.version, self.activity or "unknown", self.language)
        return write(folder, app, course, self.profile, keep_names=keep_names)


def new_course() -> Course:
    """Return a course as a person's recording needs it: numbers and what scrolls make no new screen."""
    return Course(rough)
