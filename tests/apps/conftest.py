"""The page objects drive the sample app, in each version, on a virtual phone in this process."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import SampleApp
from virtual_phones.world import World


class NoWaitClock:
    """A clock whose waits take no time but count as if they did."""

    def __init__(self) -> None:
        self.slept = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 5, 1, 12, tzinfo=UTC) + self.slept

    def monotonic(self) -> float:
        return self.slept.total_seconds()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        self.slept += duration
        if stop is not None:
            stop.check()


@pytest.fixture
def world() -> World:
    return World(seed=1, phones=1)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def clock() -> Clock:
    return NoWaitClock()


@pytest.fixture
def stop() -> StopSignal:
    return StopSignal()


@pytest.fixture(params=["1.4.2", "2.0.1", "3.2.0"])
def app(request: pytest.FixtureRequest, world: World, faults: Faults) -> SampleApp:
    return SampleApp(world, world.signed_in(1), faults, request.param)


@pytest.fixture
def phone(app: SampleApp, faults: Faults) -> DirectPhone:
    return DirectPhone(VirtualPhone("phone-1", "Test", faults, [app]))


@pytest.fixture
def driver(phone: DirectPhone, clock: Clock, stop: StopSignal) -> AppDriver:
    driven: Phone = phone
    profile = load_profile("sample").for_version(driven.app_version("com.phonefleet.sample"))
    return AppDriver(driven, profile, clock, stop, random.Random(1))


@pytest.fixture
def page(driver: AppDriver) -> ProfilePage:
    return ProfilePage(driver)


@pytest.fixture
def switcher(driver: AppDriver) -> AccountSwitcher:
    return AccountSwitcher(driver)
