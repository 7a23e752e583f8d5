"""Gets a phone and its app ready to be driven: looks at what no library raises an error for."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.loading import load_profile
from phonefleet.errors import BatteryLow, DeviceLocked
from tasks.context import RunContext, current


def driver() -> AppDriver:
    """Return this run's driver of its app; the first call checks the phone and reads the app's version."""
    context = current()
    _check_phone(context)
    if context.driver is None:
        context.driver = _open(context)
    return context.driver


def _open(context: RunContext) -> AppDriver:
    profile = load_profile(context.app, context.settings.home / "profiles")
    version = profile.for_version(context.phone.app_version(profile.package))
    return AppDriver(context.phone, version, context.clock, context.stop, context.rng)


def _check_phone(context: RunContext) -> None:
    context.stop.check()
    health = context.phone.health()
    context.ledger.devices.set_battery(context.serial, health.battery)
    if health.low(context.settings.minimum_battery):
        message = f"the battery of {context.serial} is at {health.battery} %: charge the phone"
        raise BatteryLow(message)
    if not health.ready:
        _wake(context)


def _wake(context: RunContext) -> None:
    context.phone.wake()
    if context.phone.health().locked:
        message = f"the screen of {context.serial} is locked: unlock the phone, or remove its lock screen"
        raise DeviceLocked(message)
