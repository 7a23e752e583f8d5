"""Replay phones through the real adb, adbutils and uiautomator2, and their touches over HTTP."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import httpx
import pytest
import uiautomator2
from adbutils import AdbDevice
from lxml import etree
from PIL import Image, ImageStat

from tests.replaying import PACKAGE, Replayed, hierarchy, replay, save, view
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

KEYBOARD = "com.github.uiautomator/.AdbKeyboard"


@pytest.fixture
def device(replayed: Replayed, connected: Callable[[str], AdbDevice]) -> AdbDevice:
    return connected(replayed.serial)


@pytest.fixture
def driver(device: AdbDevice) -> Iterator[Any]:
    """A connected `uiautomator2.Device`, untyped as the library is."""
    logging.getLogger("uiautomator2").setLevel(logging.WARNING)
    driver: Any = uiautomator2.connect(device)
    yield driver
    driver.stop_uiautomator(wait=False)


@pytest.fixture
def http(replayed: Replayed) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=replayed.fleet.world_url, trust_env=False, timeout=60) as client:
        yield client


def texts(xml: str) -> list[str | None]:
    return [node.get("text") for node in etree.fromstring(xml.encode()).iter("node")]


def test_the_shell_tells_of_the_app_as_the_manifest_does(device: AdbDevice) -> None:
    assert "versionName=1.2.3" in str(device.shell(f"dumpsys package {PACKAGE}"))
    assert str(device.shell(f"pm path {PACKAGE}")).startswith("package:/data/app/")
    assert f"{PACKAGE}/.MainActivity" in str(device.shell(f"cmd package resolve-activity --brief {PACKAGE}"))
    assert f" {PACKAGE}/.MainActivity}}" in str(device.shell("dumpsys window | grep mCurrentFocus"))
    assert f"{PACKAGE}/.MainActivity" in str(device.shell("dumpsys activity activities | grep mResumedActivity"))
    assert device.shell("getprop persist.sys.locale") == "en-US"
    assert device.shell("settings get system system_locales") == "en-US"
    assert device.shell("wm size") == "Physical size: 1080x2400"


def test_adb_drives_it_from_screen_to_screen(device: AdbDevice, replayed: Replayed) -> None:
    course: list[str | None] = []
    for command in (
        "input tap 950 150",
        "input keyevent BACK",
        "input swipe 500 2000 500 800",
        f"am force-stop {PACKAGE}",
        f"am start -n {PACKAGE}/.MainActivity",
        f"am start -a android.intent.action.VIEW -d 'https://example.com/@ann?a=1&b=2' -p {PACKAGE}",
    ):
        device.shell(command)
        course.append(replayed.screen)

    assert course == ["search", "feed", "person", None, "feed", "person"]
    assert [touch.kind for touch in replayed.touches()] == ["tap", "key", "swipe", "link"]
    assert replayed.touches("link")[0].value == "https://example.com/@ann?a=1&b=2"


def test_text_comes_by_the_shell_and_by_the_keyboard_of_uiautomator2(device: AdbDevice, replayed: Replayed) -> None:
    replayed.show("results")
    device.shell("input tap 100 150")
    device.shell("input text two%swords")
    device.shell(f"ime enable {KEYBOARD}; ime set {KEYBOARD}")

    answer = device.shell("am broadcast -a ADB_KEYBOARD_SET_TEXT --es text 0LDQvdC90LA=")
    device.shell("am broadcast -a ADB_KEYBOARD_EDITOR_CODE --ei code 3")

    assert "result=-1" in str(answer)
    assert [touch.value for touch in replayed.touches("text")] == ["recordedtwo words", "анна"]
    assert replayed.screen == "person"


def test_the_dump_and_the_selectors_see_the_same_screen(driver: Any) -> None:
    assert texts(driver.dump_hierarchy()) == ["", "", "", "Ann\u00a0"]
    assert driver(resourceId=f"{PACKAGE}:id/search_button").info["contentDescription"] == "Search"
    assert driver(text="Ann\u00a0").exists
    assert driver.app_current()["package"] == PACKAGE

    driver.stop_uiautomator()

    assert texts(str(driver.shell("uiautomator dump /dev/tty").output).partition("UI hierchary")[0]) == [
        "", "", "", "Ann\u00a0",
    ]  # fmt: skip


def test_a_click_by_a_selector_hits_what_it_means(driver: Any, replayed: Replayed) -> None:
    driver(description="Search").click()

    assert replayed.screen == "search"
    assert replayed.touches()[-1].id == f"{PACKAGE}:id/search_button"


def test_a_field_is_filled_and_read_back(driver: Any, replayed: Replayed) -> None:
    replayed.show("search")
    other = driver(resourceId=f"{PACKAGE}:id/other")

    other.set_text("")
    emptied = other.get_text()
    replayed.show("results")
    query = driver(resourceId=f"{PACKAGE}:id/query")
    query.set_text("мария 😀")

    assert emptied == "Name"
    assert query.get_text() == "мария 😀"
    assert "мария .." in texts(driver.dump_hierarchy())
    assert replayed.touches("text")[-1].value == "мария 😀"


def test_the_picture_comes_by_all_ways(folder: Path, connected: Callable[[str], AdbDevice]) -> None:
    png = io.BytesIO()
    Image.new("RGB", (1080, 2400), "#336699").save(png, "PNG")
    save(folder, {"one": hierarchy(view("[0,0][1080,2400]"))}, pictures={"one": png.getvalue()})
    with replay(folder) as phone:
        device = connected(phone.serial)
        driver: Any = uiautomator2.connect(device)
        shown = [device.screenshot(), driver.screenshot()]
        driver.stop_uiautomator(wait=False)
        seen = httpx.get(f"{phone.fleet.world_url}/phones/{phone.serial}/screenshot.png", trust_env=False, timeout=60)

    for picture in (*shown, Image.open(io.BytesIO(seen.content))):
        pixel = ImageStat.Stat(picture.convert("RGB")).mean
        assert pixel == pytest.approx([0x33, 0x66, 0x99], abs=3)


def test_a_touch_whose_reply_is_lost_has_happened(driver: Any, replayed: Replayed, http: httpx.Client) -> None:
    assert driver.info["screenOn"]
    http.post(f"/phones/{replayed.serial}/faults", json={"fault": "dies_after"}).raise_for_status()

    with pytest.raises(RemoteDisconnected):
        driver.jsonrpc.click(950, 150)

    assert [(touch.screen, touch.goto) for touch in replayed.touches("tap")] == [("feed", "search")]


def test_a_fault_of_the_app_strikes_by_order(device: AdbDevice, replayed: Replayed, http: httpx.Client) -> None:
    http.post(f"/phones/{replayed.serial}/faults", json={"fault": "crash"}).raise_for_status()

    device.shell("input tap 950 150")

    assert f"{PACKAGE}/" not in str(device.shell("dumpsys window | grep mCurrentFocus"))


def test_a_fault_that_needs_a_screen_of_the_app_is_refused(replayed: Replayed, http: httpx.Client) -> None:
    answer = http.post(f"/phones/{replayed.serial}/faults", json={"fault": "challenge"})

    assert answer.status_code == 422
    assert "save one of challenge" in answer.text


def test_touches_are_listed_over_http(replayed: Replayed, http: httpx.Client) -> None:
    replayed.fleet.call(lambda: replayed.phone.tap(950, 150))
    replayed.fleet.call(lambda: replayed.phone.press("back"))

    tap, key = http.get("/touches").json()

    assert {name: tap[name] for name in ("kind", "package", "id", "text", "desc", "bounds", "screen", "goto")} == {
        "kind": "tap", "package": PACKAGE, "id": f"{PACKAGE}:id/search_button", "text": "", "desc": "Search",
        "bounds": "[900,100][1060,220]", "screen": "feed", "goto": "search",
    }  # fmt: skip
    assert (key["order"], key["kind"], key["value"], key["screen"], key["serial"]) == (
        2, "key", "back", "search", replayed.serial,
    )  # fmt: skip
    assert http.get("/touches", params={"phone": replayed.serial}).json() == [tap, key]
    assert http.get("/touches", params={"phone": "nobody"}).status_code == 404
    assert http.get("/phones").json()[0]["screen"] == "feed"
    assert http.delete("/touches").status_code == 204
    assert http.get("/touches").json() == []


def test_each_folder_is_a_phone_and_more_phones_take_them_in_turn(folder: Path, tmp_path: Path) -> None:
    other = save(tmp_path / "other", {"only": hierarchy(view("[0,0][1080,2400]"))})
    with BackgroundFleet(FleetOptions(count=3, base_port=0, screens=[folder, other])) as fleet:
        moved = fleet.move(fleet.serials[1])
        phones = httpx.get(f"{fleet.world_url}/phones", trust_env=False, timeout=60).json()

    assert [phone["screen"] for phone in phones] == ["feed", "only", "feed"]
    assert [phone["accounts"] for phone in phones] == [[], [], []]
    assert phones[1]["serial"] == moved
