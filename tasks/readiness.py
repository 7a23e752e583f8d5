"""Prepares the phone and its app: checks battery and lock screen, and opens the app's driver."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.loading import load_profile
from phonefleet.errors import BatteryLow, DeviceLocked
from phonefleet.words import say
from tasks.context import RunContext, current


def driver() -> AppDriver:
    """Return the driver of this run's app. Every call checks the phone.

    The first one also reads the app's version and the language in which the phone shows it; so does the next one after
    a store has replaced the app.

        ProfilePage(driver()).open_direct("ann")

    Raises:
        BatteryLow: the battery is below `settings.minimum_battery`.
        DeviceLocked: the phone has a lock screen that cannot be dismissed.
        UnsupportedApp: the profile does not know this version of the app, or the language.

    """
    context = current()
    _check_phone(context)
    if context.driver is None or context.driver.is_outdated:
        context.driver = _open(context)
    return context.driver


def _open(context: RunContext) -> AppDriver:
    profile = load_profile(context.app, context.settings.home / "profiles")
    language = context.phone.language(profile.package) or None
    version = profile.for_version(context.phone.app_version(profile.package), language)
    return AppDriver(context.phone, version, context.clock, context.stop, context.rng)


def _check_phone(context: RunContext) -> None:
    context.stop.check()
    health = context.phone.health()
    context.ledger.devices.set_battery(context.serial, health.battery)
    if health.low(context.settings.minimum_battery):
        message = say(
            "runs.battery_charge_phone",
            "the battery of {serial} is at {battery} %: charge the phone",
            serial=context.serial,
            battery=health.battery,
        )
        raise BatteryLow(message)
    if not health.ready:
        _wake(context)


def _wake(context: RunContext) -> None:
    context.phone.wake()
    if context.phone.health().locked:
        message = say(
            "runs.screen_locked_unlock_phone_remove",
            "the screen of {serial} is locked: unlock the phone, or remove its lock screen",
            serial=context.serial,
        )
        raise DeviceLocked(message)
