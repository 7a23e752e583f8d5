"""What comes between an app and its driver on a phone, and what is done about it: each kind in its own way."""

from __future__ import annotations

import random

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import AppCrashed, AutomationDown, DeviceLocked, ElementMissing, ShellFailed
from phonefleet.geometry import Point
from tests.apps.made_up import PACKAGE, OtherApp
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp


class Watched(DirectPhone):
    """A phone that keeps what was touched and pressed; its shell knows only how to put the shade away."""

    def __init__(self, phone: DirectPhone) -> None:
        super().__init__(phone.virtual)
        self.done: list[str] = []
        self.old = False
        """Whether its Android is too old for that command."""

    def tap(self, point: Point) -> None:
        self.done.append("tap")
        super().tap(point)

    def press(self, key: str) -> None:
        self.done.append(key)
        self.virtual.press(key)

    def shell(self, args: list[str]) -> str:
        if self.old or args != ["cmd", "statusbar", "collapse"]:
            raise ShellFailed
        self.done.append("collapse")
        self.virtual.open_panel(None)
        return ""


@pytest.fixture
def watched(phone: DirectPhone) -> Watched:
    """The phone, with the app in front."""
    phone.launch(PACKAGE)
    return Watched(phone)


@pytest.fixture
def driver(watched: Watched, clock: Clock, stop: StopSignal) -> AppDriver:
    driven: Phone = watched
    profile = load_profile("sample").for_version(driven.app_version(PACKAGE))
    return AppDriver(driven, profile, clock, stop, random.Random(1))


@pytest.mark.parametrize("panel", ["notifications", "quick_settings"])
@pytest.mark.parametrize("old", [False, True])
def test_the_notification_shade_is_put_away_and_the_work_goes_on(
    driver: AppDriver, watched: Watched, panel: str, *, old: bool
) -> None:
    watched.old = old
    watched.virtual.open_panel("notifications" if panel == "notifications" else "quick_settings")
    assert driver.wait_for("feed")[0] == "feed"
    assert watched.done == ["back" if old else "collapse"]


def test_a_lock_screen_that_asks_for_nothing_is_opened(driver: AppDriver, watched: Watched) -> None:
    watched.virtual.locked = True
    assert driver.wait_for("feed")[0] == "feed"
    assert watched.done == []


def test_a_lock_screen_that_asks_for_a_code_calls_a_person(driver: AppDriver, watched: Watched) -> None:
    watched.virtual.suffer(Strike(Fault.LOCKED))
    with pytest.raises(DeviceLocked, match=r"phone-1 is locked: unlock the phone") as caught:
        driver.look()
    assert caught.value.evidence is not None
    assert watched.done == []


def test_a_shade_that_stays_and_has_parts_of_a_lock_screen_is_one(
    driver: AppDriver, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = "".join(
        f"<node package='com.android.systemui' bounds='[0,900][1080,990]' text='Swipe up' "
        f"resource-id='com.android.systemui:id/{name}'/>"
        for name in ("notification_panel", "keyguard_indication_text")
    )
    window = f"<node package='com.android.systemui' bounds='[0,0][1080,2400]'>{parts}</node>"
    app = f"<node package='{PACKAGE}' bounds='[0,0][1080,2400]'/>"
    monkeypatch.setattr(watched, "hierarchy", lambda: f"<hierarchy rotation='0'>{app}{window}</hierarchy>")
    with pytest.raises(DeviceLocked, match="unlock the phone"):
        driver.look()
    assert watched.done == ["collapse"]


def test_the_launcher_means_that_the_app_closed(driver: AppDriver, watched: Watched, app: SampleApp) -> None:
    app.crash()
    with pytest.raises(AppCrashed, match=r"com\.android\.launcher3 is: it closed by itself"):
        driver.look()
    assert watched.done == []
    driver.ensure_started()
    driver.wait_for("feed")


def test_another_app_in_front_is_named_and_ours_is_brought_back(driver: AppDriver, watched: Watched) -> None:
    other = OtherApp()
    watched.virtual.apps[other.package] = other
    watched.launch(other.package)
    with pytest.raises(AppCrashed, match=r"not in front, org\.other is: it came over ours"):
        driver.look()
    assert watched.done == []
    driver.ensure_started()
    assert driver.wait_for("feed")[0] == "feed"


@pytest.mark.parametrize(
    "xml",
    [
        "<hierarchy rotation='0'/>",
        "<hierarchy><node package='android' bounds='[0,0][1080,2400]'/></hierarchy>",
        "<hierarchy><node package='com.android.systemui' bounds='[0,0][1080,2400]'/></hierarchy>",
        "<hierarchy><node package='com.android.shell' bounds='[0,0][1080,2400]'/></hierarchy>",
        "<hierarchy><node package='' bounds='[0,0][9,9]'/><node package='android' bounds='[0,0][9,9]'/></hierarchy>",
    ],
)
def test_what_a_broken_service_sends_is_not_taken_for_a_crash(
    driver: AppDriver, watched: Watched, monkeypatch: pytest.MonkeyPatch, xml: str
) -> None:
    monkeypatch.setattr(watched, "hierarchy", lambda: xml)
    with pytest.raises(AutomationDown, match=r"accessibility service .*server is restarted"):
        driver.look()
    assert watched.done == []


def test_a_popup_of_the_app_that_fades_is_touched_once(
    driver: AppDriver, watched: Watched, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.order(Strike(Fault.POPUP_RATING))
    watched.launch(PACKAGE)
    before, looks = watched.hierarchy(), iter(range(4))

    def fading() -> str:
        return before if next(looks, None) is not None else DirectPhone.hierarchy(watched)

    monkeypatch.setattr(watched, "hierarchy", fading)
    assert driver.wait_for("feed")[0] == "feed"
    assert watched.done == ["tap"]


def test_a_popup_that_a_touch_has_missed_is_touched_again_after_a_while(
    driver: AppDriver, watched: Watched, faults: Faults, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.order(Strike(Fault.POPUP_RATING))
    watched.launch(PACKAGE)
    taken = iter([False, True])

    def tap(point: Point) -> None:
        watched.done.append("tap")
        if next(taken):
            watched.virtual.tap(point.x, point.y)

    monkeypatch.setattr(watched, "tap", tap)
    assert driver.wait_for("feed")[0] == "feed"
    assert watched.done == ["tap", "tap"]
    assert clock.monotonic() > 1


def test_an_element_missing_on_a_known_page_stays_that(driver: AppDriver) -> None:
    driver.wait_for("feed")
    with pytest.raises(ElementMissing):
        driver.wait_for("switcher")
