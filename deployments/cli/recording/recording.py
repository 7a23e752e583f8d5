"""Records an app on a phone into a folder: while a person uses it, or on the walk that `profile check` takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from deployments.cli.shared.options import load_settings
from phonefleet.apps import AppProfile, VersionProfile
from phonefleet.apps.check import check_phone
from phonefleet.apps.schema import ProfileRules, VersionRules
from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.phone import Phone
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.shell.kernel_events import KernelEvents
from phonefleet.errors import Interrupted, PhonefleetError, UnsupportedApp
from phonefleet.recording.course import Course, typing_joined
from phonefleet.recording.deeds import Deed
from phonefleet.recording.folder import RecordedApp, Written, require_free, write
from phonefleet.recording.likeness import exact, rough
from phonefleet.recording.recorded_phone import RecordedPhone
from phonefleet.recording.watching import Watch
from phonefleet.words import tr

Teller = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to record: where to, of which app, and until when."""

    folder: Path
    profile: AppProfile
    keep_names: bool = False
    longest: timedelta | None = None
    idle: timedelta | None = None
    walk: bool = False
    username: str | None = None


def record(address: str, adb_port: int | None, wanted: Wanted, tell: Teller, stop: StopSignal) -> Written:
    """Record until the stop signal is set or what was wanted is done, and write the folder.

    Raises:
        FolderTaken: the folder is not empty.
        AppMissing: the app is not installed.
        NothingRecorded: the app was never on the screen.
        PhonefleetError: the phone cannot be reached.

    """
    require_free(wanted.folder)
    settings = load_settings()
    client = FastAdbClient(settings.adb_port if adb_port is None else adb_port, timeout=settings.call_timeout)
    sessions = Sessions(client, call_timeout=settings.call_timeout)
    try:
        phone = sessions.get(address)
        version = phone.app_version(wanted.profile.package)
        language = phone.language(wanted.profile.package)
        profile = _version_of(wanted.profile, version, language, tell)
        recorder = _Recorder(phone, wanted, profile, language, tell, stop, SystemClock())
        return recorder.walk() if wanted.walk else recorder.watch(KernelEvents(client, address))
    finally:
        sessions.close_all()


def unknown_app(package: str) -> AppProfile:
    """Return a profile that knows nothing of an app but its package."""
    every_version = (VersionRules(range=">=0"),)
    return AppProfile(ProfileRules(name="none", package=package, verified="never", links={}, versions=every_version))


def _version_of(profile: AppProfile, version: str, language: str, tell: Teller) -> VersionProfile:
    """Return what the profile knows of this version; nothing if it does not cover it or its language."""
    try:
        return profile.for_version(version, language or None)
    except UnsupportedApp as error:
        tell(
            tr(
                "Recording without the profile: {why}. Screens bear numbers; see that all names are masked.",
                why=error.message,
            )
        )
        [known_nothing] = unknown_app(profile.package).variants()
        return replace(known_nothing, version=version)


@dataclass(slots=True)
class _Recorder:
    phone: Phone
    wanted: Wanted
    profile: VersionProfile
    language: str
    tell: Teller
    stop: StopSignal
    clock: Clock
    activity: str = ""
    count: int = 0

    def watch(self, events: KernelEvents) -> Written:
        """Record what a person does."""
        course = Course(rough)
        with events:
            watch = Watch(self.phone, self.profile.package, course, events, self.clock, self.stop, self._new, self.tell)
            if not watch.sees_fingers:
                self.tell(
                    tr("This phone does not tell what fingers do: screens are recorded, steps between them are not.")
                )
            self.tell(
                tr(
                    "Recording {package}: use the app now. Ctrl-C ends it and writes {folder}",
                    package=self.profile.package,
                    folder=self.wanted.folder,
                )
            )
            watch.run(self.wanted.longest, self.wanted.idle)
        course.visits = typing_joined(course.visits)
        return self._write(course)

    def walk(self) -> Written:
        """Record the walk that `profile check` takes: it only looks."""
        course = Course(exact)
        phone = RecordedPhone(self.phone, self.profile.package, course, self._new)
        try:
            check_phone(phone, self.wanted.profile, self.wanted.username, clock=self.clock, stop=self.stop)
            phone.finish()
        except Interrupted:
            self.tell(tr("Interrupted: what was recorded until now is written"))
        return self._write(course)

    def _new(self, deed: Deed | None) -> None:
        self.count += 1
        with suppress(PhonefleetError):  # the next screen tells it as well
            shown = self.phone.foreground()
            self.activity = self.activity or (shown.activity if shown.package == self.profile.package else "")
        self.tell(
            tr(
                "{number}  new screen, after: {deed}",
                number=f"{self.count:3}",
                deed=deed.brief() if deed else tr("nothing that was seen"),
            )
        )

    def _write(self, course: Course) -> Written:
        activity = self.activity or "unknown"
        app = RecordedApp(self.profile.package, self.profile.version, activity, self.language)
        return write(self.wanted.folder, app, course, self.profile, keep_names=self.wanted.keep_names)
