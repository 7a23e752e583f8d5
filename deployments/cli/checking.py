"""Opens a phone and checks an app profile on it."""

from __future__ import annotations

from pathlib import Path

from deployments.cli.options import load_settings
from phonefleet.apps import load_profile
from phonefleet.apps.check import Resolution, check_phone
from phonefleet.device.sessions import Sessions
from phonefleet.device.transport import FastAdbClient


def check_profile(
    serial: str, name: str | None, username: str | None, adb_port: int | None, home: Path | None
) -> list[Resolution]:
    """Return what the profile's selectors found on the phone."""
    settings = load_settings()
    profile = load_profile(name or settings.app, (home or settings.home) / "profiles")
    client = FastAdbClient(settings.adb_port if adb_port is None else adb_port, timeout=settings.call_timeout)
    sessions = Sessions(client, call_timeout=settings.call_timeout)
    try:
        return check_phone(sessions.get(serial), profile, username)
    finally:
        sessions.close_all()
