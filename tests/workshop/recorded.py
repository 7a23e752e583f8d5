"""Recordings of the sample app as a person makes them: some of its pages, on a virtual phone without a server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phonefleet.apps import load_profile
from phonefleet.apps.screens.screen import Screen
from phonefleet.recording.course import Course
from phonefleet.recording.folder import RecordedApp, write
from phonefleet.recording.likeness import exact
from phonefleet.recording.recorded_phone import RecordedPhone
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.sample.manners import Manners
from virtual_phones.system.traits import Traits
from virtual_phones.windows.equipment import Equipment
from virtual_phones.world import World

PEOPLE = ("person_0001", "person_0002", "person_0003")


def phone_with(version: str, language: str = "en-US") -> DirectPhone:
    """Return a phone that has a version of the sample app."""
    world = World(seed=1, phones=1)
    app = SampleApp(world, world.signed_in(1), Faults(), version, language[:2])
    app.manners = Manners(suggestions=True)
    phone = VirtualPhone("v", "Test", Faults(), [app])
    phone.traits, phone.equipment = Traits(), Equipment()
    return DirectPhone(phone)


def screen_of(version: str, username: str = "person_0001", language: str = "en-US") -> Screen:
    """Return the screen of somebody's profile."""
    phone = phone_with(version, language)
    phone.open_link(f"sample://user/{username}", PACKAGE)
    return Screen.parse(phone.hierarchy(), PACKAGE)


def recording(
    folder: Path, version: str, people: Sequence[str] = PEOPLE, language: str = "en-US", *, feed: bool = True
) -> Path:
    """Record the feed and some people's profiles into a new folder, masked as always; return the folder."""
    phone, course = phone_with(version, language), Course(exact)
    recorded = RecordedPhone(phone, PACKAGE, course)
    recorded.launch(PACKAGE)
    if feed:
        recorded.hierarchy()
    for name in people:
        recorded.open_link(f"sample://user/{name}", PACKAGE)
        recorded.hierarchy()
    recorded.finish()
    profile = load_profile("sample").for_version(version, language)
    write(folder, RecordedApp(PACKAGE, version, ".MainActivity", language), course, profile)
    return folder
