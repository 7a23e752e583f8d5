"""The workshop of one API: the recordings and profiles of its home, and reading what a request means by them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from api.answers.envelope import NOT_FOUND, Problem, invalid
from api.workshop.recorder import Recordings
from api.workshop.schemas import HereIn, LookRequest
from phonefleet.apps import AppProfile
from phonefleet.apps.dumps import DumpBroken, read_dump
from phonefleet.apps.loading import ProfileBroken, ProfileUnknown
from phonefleet.apps.saved_screens import SavedScreenBroken
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock
from phonefleet.device.adb.servers import AdbServers
from phonefleet.errors import AutomationDown
from phonefleet.ledger import Ledger
from phonefleet.workshop.effects import Shown
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
        recorded, shown = self._screen(wanted, profile)
        try:
            rules = (
                Rules.of_range(profile, wanted.range, shown.language)
                if wanted.range
                else Rules.of(profile, shown.version or None, shown.language, [shown.screen])
            )
        except RangeUnknown as error:
            raise invalid(("range", error.message)) from error
        return Looked(rules, shown.screen, recorded, shown.version, shown.language)

    def shown(self, wanted: HereIn, profile: AppProfile) -> Shown:
        """Return the screen that a person has before them. Raises `Problem`."""
        return self._screen(wanted, profile)[1]

    def _screen(self, wanted: HereIn, profile: AppProfile) -> tuple[RecordedScreen | None, Shown]:
        version, language = wanted.version or "", wanted.language or ""
        if wanted.screen.hierarchy is not None:
            return None, Shown(_sent(wanted.screen.hierarchy, profile.package), version, language)
        recorded = self.recorded(wanted.screen.recording or "", wanted.screen.name or "")
        try:
            screen = self.stock.read(recorded, profile.package)
        except SavedScreenBroken as error:
            raise invalid(("screen", error.message.replace(str(recorded.hierarchy), recorded.name))) from error
        return recorded, Shown(screen, version or recorded.version, language or recorded.language)


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
