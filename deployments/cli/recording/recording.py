"""Records an app on a phone into a folder: while a person uses it, or on the walk that `profile check` takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from deployments.cli.shared.options import load_settings
from phonefleet.apps import AppProfile
from phonefleet.apps.check import check_phone
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.phone import Phone
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.shell.kernel_events import KernelEvents
from phonefleet.errors import Interrupted
from phonefleet.recording.course import Course
from phonefleet.recording.folder import Written, require_free
from phonefleet.recording.likeness import exact
from phonefleet.recording.recorded_phone import RecordedPhone
from phonefleet.recording.recorder import Recorder, Teller, new_course, version_of
from phonefleet.words import tr


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


def record(client: FastAdbClient, address: str, wanted: Wanted, tell: Teller, stop: StopSignal) -> Written:
    """Record a phone of an adb server until the stop signal is set or what was wanted is done, and write the folder.

    Raises:
        FolderTaken: the folder is not empty.
        AppMissing: the app is not installed.
        NothingRecorded: the app was never on the screen.
        PhonefleetError: the phone cannot be reached.

    """
    require_free(wanted.folder)
    settings = load_settings()
    sessions = Sessions(client, call_timeout=settings.call_timeout)
    try:
        phone = sessions.get(address)
        version = phone.app_version(wanted.profile.package)
        language = phone.language(wanted.profile.package)
        profile = version_of(wanted.profile, version, language, tell)
        recorder = Recorder(phone, profile, language, tell, SystemClock())
        if wanted.walk:
            return _walked(recorder, wanted, phone, stop)
        return _watched(recorder, wanted, KernelEvents(client, address), stop)
    finally:
        sessions.close_all()


def _watched(recorder: Recorder, wanted: Wanted, events: KernelEvents, stop: StopSignal) -> Written:
    """Record what a person does."""
    course = new_course()
    with events:
        recorder.tell(
            tr(
                "Recording {package}: use the app now. Ctrl-C ends it and writes {folder}",
                package=recorder.profile.package,
                folder=wanted.folder,
            )
        )
        recorder.watch(events, course, stop, wanted.longest, wanted.idle)
    return recorder.write(wanted.folder, course, keep_names=wanted.keep_names)


def _walked(recorder: Recorder, wanted: Wanted, real: Phone, stop: StopSignal) -> Written:
    """Record the walk that `profile check` takes: it only looks."""
    course = Course(exact)
    phone = RecordedPhone(real, recorder.profile.package, course, recorder.new)
    try:
        check_phone(phone, wanted.profile, wanted.username, clock=recorder.clock, stop=stop)
        phone.finish()
    except Interrupted:
        recorder.tell(tr("Interrupted: what was recorded until now is written"))
    return recorder.write(wanted.folder, course, keep_names=wanted.keep_names)
