"""The workshop of one API: the recordings and profiles of its home, and reading what a request means by them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from api.answers.envelope import NOT_FOUND, Problem, invalid
from api.workshop.recorder import Recordings
from api.workshop.schemas import LookRequest, ScreenIn
from phonefleet.apps import AppProfile
from phonefleet.apps.dumps import DumpBroken, read_dump
from phonefleet.apps.loading import ProfileBroken, ProfileUnknown
from phonefleet.apps.saved_screens import SavedScreenBroken
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock
from phonefleet.device.adb.servers import AdbServers
from phonefleet.errors import AutomationDown
from phonefleet.ledger import Ledger
from phonefleet.workshop.profiles import HomeProfiles
from phonefleet.workshop.ranking import page_told
from phonefleet.workshop.rules import RangeUnknown, Rules
from phonefleet.workshop.stock import RecordedScreen, RecordingBroken, RecordingUnknown, Stock


class Workshop:
    """What the workshop works on. Thread-safe."""

    def __init__(self, home: Path, ledger: Ledger, servers: AdbServers, clock: Clock) -> None:
        self.servers = servers
        self.profiles = HomeProfiles(home / "profiles")
        self.stock = Stock(home / "recordings")
        self.recordings = Recordings(self.stock, ledger, servers, clock)

    def profile(self, name: str) -> AppProfile:
        """Return a profile. Raises `Problem`."""
        try:
            return self.profiles.load(name)
        except ProfileUnknown as error:
            raise Problem(NOT_FOUND, error.message) from error
        except ProfileBroken as error:
            raise invalid(("app", error.message)) from error

    def recorded(self, recording: str, screen: str) -> RecordedScreen:
        """Return a recorded screen. Raises `Problem`."""
        try:
            return self.stock.screen(recording, screen)
        except (RecordingUnknown, RecordingBroken) as error:
            raise Problem(NOT_FOUND, error.message) from error

    def look(self, wanted: LookRequest) -> Looked:
        """Return the screen that a request means, and the rules under which it is read. Raises `Problem`."""
        profile = self.profile(wanted.app)
        recorded, screen = self._screen(wanted.screen, profile)
        version = wanted.version or (recorded.version if recorded else "")
        language = wanted.language or (recorded.language if recorded else "")
        try:
            rules = (
                Rules.of_range(profile, wanted.range, language)
                if wanted.range
                else Rules.of(profile, version or None, language, [screen])
            )
        except RangeUnknown as error:
            raise invalid(("range", error.message)) from error
        return Looked(rules, screen, recorded, version, language)

    def _screen(self, wanted: ScreenIn, profile: AppProfile) -> tuple[RecordedScreen | None, Screen]:
        if wanted.hierarchy is not None:
            return None, _sent(wanted.hierarchy, profile.package)
        recorded = self.recorded(wanted.recording or "", wanted.name or "")
        try:
            return recorded, self.stock.read(recorded, profile.package)
        except SavedScreenBroken as error:
            raise invalid(("screen", error.message.replace(str(recorded.hierarchy), recorded.name))) from error


@dataclass(frozen=True, slots=True)
class Looked:
    """A screen, and the rules under which it is read; `version` and `language` are empty where nobody has said them."""

    rules: Rules
    screen: Screen
    recorded: RecordedScreen | None
    version: str
    language: str

    @property
    def page(self) -> str | None:
        """Which page it is: what a person has said, else what the profile tells."""
        return page_told(self.rules, self.recorded, self.screen)


def _sent(hierarchy: str, package: str) -> Screen:
    """Return the screen of a hierarchy that a request holds, in any form that people save. Raises `Problem`."""
    try:
        return Screen.parse(read_dump(hierarchy.encode("utf-8", "surrogatepass")), package)
    except (DumpBroken, AutomationDown) as error:
        raise invalid(("screen.hierarchy", str(error))) from error


async def _workshop(request: Request) -> Workshop:
    return cast("Workshop", request.app.state.workshop)


TheWorkshop = Annotated[Workshop, Depends(_workshop)]
