"""Checks the selectors of an app profile on a phone or on saved screens, and records those that were confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from deployments.cli.shared.options import load_settings
from phonefleet.apps import AppProfile, VersionProfile, load_profile
from phonefleet.apps.check import Checked, Resolution, check_here, check_phone
from phonefleet.apps.saved_screens import SavedCheck, SavedScreenBroken, ServiceBroken, check_saved, read_screen
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.verification import fingerprints
from phonefleet.client import Client
from phonefleet.device.adb.host_sockets import HostSockets
from phonefleet.device.adb.servers import AdbServers
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.translate import translated
from phonefleet.errors import PhonefleetError


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """The result of a check on a phone."""

    serial: str
    checked: Checked

    @property
    def profile(self) -> VersionProfile:
        """The profile for the version of the app that is installed there, in its language."""
        return self.checked.profile

    @property
    def resolutions(self) -> Sequence[Resolution]:
        """What each selector found."""
        return self.checked.resolutions


def profile_named(name: str | None, home: Path | None) -> AppProfile:
    """Load a profile by its name, or the configured one."""
    settings = load_settings()
    return load_profile(name or settings.app, (home or settings.home) / "profiles")


@dataclass(frozen=True, slots=True)
class Located:
    """A phone by its address, and the adb server that has it: this computer's, or that of a host that has joined."""

    address: str
    server: FastAdbClient


def locate(
    name: str, adb_port: int | None, home: Path | None, api: Callable[[], AbstractContextManager[Client]]
) -> Located:
    """Return where a phone is: here, if this computer's adb lists the name, else where the API knows it to be."""
    settings = load_settings()
    servers = AdbServers(
        settings.adb_port if adb_port is None else adb_port,
        HostSockets.of(home or settings.home),
        settings.call_timeout,
    )
    here = servers.of(None)
    try:
        with translated(name):
            if name in here.states():
                return Located(name, here)
        with api() as client:
            known = client.get_device(name)
            return Located(next(iter(known["addresses"]), name), servers.of(known["host"]))
    except PhonefleetError:  # opening the phone then reports what is wrong with the name
        return Located(name, here)


def check_on_phone(
    profile: AppProfile, phone: Located, username: str | None, *, here: bool, pictures: bool
) -> PhoneCheck:
    """Check the profile's selectors on a phone: on a walk through the app, or only on the current screen if `here`.

    `pictures` also takes one of each screen.
    """
    settings = load_settings()
    sessions = Sessions(phone.server, call_timeout=settings.call_timeout)
    try:
        opened = sessions.get(phone.address)
        found = (
            check_here(opened, profile, pictures=pictures)
            if here
            else check_phone(opened, profile, username, pictures=pictures)
        )
        return PhoneCheck(phone.address, found)
    finally:
        sessions.close_all()


def record(client: Client, check: PhoneCheck, names: Sequence[str]) -> int:
    """Report selectors that were confirmed to the API; return how many are now on record for the phone's version."""
    if not names:
        return 0
    profile = check.profile
    recorded = client.record_verifications(
        profile.name,
        serial=check.serial,
        app_version=profile.version,
        fingerprints=fingerprints(profile, list(names)),
    )
    return sum(each["app_version"] == profile.version for each in recorded["verifications"])


def check_files(
    profile: AppProfile, files: Sequence[Path], version: str | None, language: str | None
) -> tuple[SavedCheck | None, list[SavedScreenBroken]]:
    """Check the profile against saved screens; also return the errors of files that hold none.

    A file of a broken accessibility service is in both: it is told what it is, and what to do.
    """
    screens: dict[Path, Screen | None] = {}
    broken: list[SavedScreenBroken] = []
    for file in files:
        try:
            screens[file] = read_screen(file, profile.package)
        except ServiceBroken as error:
            screens[file] = None
            broken.append(error)
        except SavedScreenBroken as error:
            broken.append(error)
    return check_saved(profile, screens, version, language) if screens else None, broken
