from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import Image
from uiautomator2 import Selector

from virtual_phones.phone import VirtualPhone
from virtual_phones.u2.methods.device import KEYS

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp


FULL, COMPRESSED, ACTIVE, FREE = False, True, True, False
NAME = Selector(resourceId="com.example.trial:id/name")


def test_the_phone_tells_what_it_is(client: Client) -> None:
    assert client.call("deviceInfo") == {
        "currentPackageName": "com.example.trial",
        "displayHeight": 2400,
        "displayRotation": 0,
        "displaySizeDpX": 411,
        "displaySizeDpY": 914,
        "displayWidth": 1080,
        "naturalOrientation": True,
        "productName": "trial",
        "screenOn": True,
        "sdkInt": 34,
    }


def test_the_hierarchy_is_dumped(client: Client) -> None:
    full = client.call("dumpWindowHierarchy", FULL, 50)
    assert full.count("<node ") > client.call("dumpWindowHierarchy", COMPRESSED, 50).count("<node ")
    assert client.call("dumpWindowHierarchy", FULL, 1, ACTIVE).count("<node ") == 8
    assert client.call("dumpWindowHierarchy", FULL, 50, ACTIVE).count("<node ") < full.count("<node ")


def test_a_screenshot_is_a_jpeg(client: Client) -> None:
    picture = Image.open(io.BytesIO(base64.b64decode(client.call("takeScreenshot", 1, 80))))
    assert (picture.format, picture.size) == ("JPEG", (1080, 2400))
    small = Image.open(io.BytesIO(base64.b64decode(client.call("takeScreenshot", 0.1, 50))))
    assert small.size == (108, 240)
    for scale in (0, -1, 2):
        whole = Image.open(io.BytesIO(base64.b64decode(client.call("takeScreenshot", scale, 500))))
        assert whole.size == (1080, 2400)


def test_a_screenshot_can_be_stored_on_the_phone(client: Client, phone: VirtualPhone) -> None:
    path = client.call("takeScreenshot", "now.png", 0.1, 80)
    entry = phone.files.get(path)
    assert entry is not None
    assert Image.open(io.BytesIO(entry.data)).size == (108, 240)


def test_a_field_is_written_read_and_emptied(client: Client, app: TrialApp) -> None:
    assert client.call("getText", NAME) == "Your name"
    assert client.call("setText", NAME, "Ada 😀") is True
    assert client.call("getText", NAME) == app.name == "Ada 😀"
    client.call("clearTextField", NAME)
    assert app.name == ""


def test_setting_a_text_by_a_plain_selector_taps_first_and_answers_true(client: Client, app: TrialApp) -> None:
    assert client.call("setText", Selector(text="Press"), "x") is True
    assert app.taps == ["Press"]
    assert client.call("setText", NAME, "Ada") is True
    assert (app.focus, app.name) == ("name", "Ada")


def test_setting_a_text_by_any_other_selector_does_not_tap_and_answers_what_came_of_it(
    client: Client, app: TrialApp
) -> None:
    press, name = Selector(text="Press", instance=0), Selector(resourceId="com.example.trial:id/name", instance=0)
    assert client.call("setText", press, "x") is False
    assert client.call("setText", client.call("getUiObject", press), "x") is False
    assert client.call("setText", name, "Ada") is True
    assert (app.taps, app.focus, app.name) == ([], "", "Ada")


def test_an_element_without_a_text_has_none_or_an_empty_one(client: Client) -> None:
    assert client.call("getText", Selector(description="Settings icon")) is None
    assert client.call("getText", Selector(description="Settings icon", instance=0)) == ""


def test_the_clipboard_is_pasted_into_the_focused_view(client: Client, app: TrialApp) -> None:
    assert client.call("getClipboard") is None
    client.call("setClipboard", None, "pasted")
    assert client.call("getClipboard") == "pasted"
    client.call("pasteClipboard")
    assert app.name == ""
    client.call("click", NAME)
    client.call("pasteClipboard")
    client.call("pasteClipboard")
    assert app.name == "pastedpasted"
    client.call("clearInputText")
    assert app.name == ""


def test_keys_are_pressed(client: Client, app: TrialApp, phone: VirtualPhone) -> None:
    client.call("click", NAME)
    assert client.call("pressKeyCode", 29) is True
    assert client.call("pressKeyCode", 30, 1) is True
    assert client.call("pressKey", "delete") is True
    assert client.call("pressKey", "enter") is True
    assert client.call("pressKey", "back") is True  # it puts the keyboard away
    assert client.call("pressKey", "back") is False
    assert (app.name, app.taps, app.backs) == ("a", ["enter a"], 1)
    assert client.call("pressKey", "home") is True
    assert phone.foreground[0] != app.package
    assert client.call("pressKey", "home") is False
    assert client.call("pressKey", "Volume_Up") is True
    for unknown in ("no such key", "tab", "KEYCODE_HOME", "26"):
        assert client.call("pressKey", unknown) is False
    assert client.call("pressKeyCode", 4711) is True


def test_the_server_knows_eighteen_keys_by_name(client: Client) -> None:
    names = "home back left right up down center menu search enter delete del recent volume_up volume_down"
    assert set(KEYS) == {*names.split(), "volume_mute", "camera", "power"}
    assert client.call("pressKey", "power") is True
    assert client.call("isScreenOn") is False


def test_the_display_goes_off_and_on(client: Client) -> None:
    client.call("sleep")
    assert client.call("isScreenOn") is False
    client.call("wakeUp")
    assert client.call("deviceInfo")["screenOn"] is True


def test_the_phone_is_turned(client: Client) -> None:
    client.call("setOrientation", "left")
    info = client.call("deviceInfo")
    assert (info["displayRotation"], info["displayWidth"], info["naturalOrientation"]) == (1, 2400, False)
    assert '<hierarchy rotation="1">' in client.call("dumpWindowHierarchy", FULL, 50)
    client.call("freezeRotation", FREE)
    assert client.call("deviceInfo")["displayRotation"] == 0
    for name, rotation in (("R", 3), ("n", 0), ("Left", 1), ("natural", 0), ("right", 3), ("l", 1)):
        client.call("setOrientation", name)
        assert client.call("deviceInfo")["displayRotation"] == rotation


def test_an_orientation_that_the_server_does_not_know_changes_nothing(client: Client) -> None:
    client.call("setOrientation", "left")
    for name in ("upsidedown", "u", "inside out"):
        assert client.call("setOrientation", name) is None
    assert client.call("deviceInfo")["displayRotation"] == 1


def test_the_package_is_that_of_what_is_in_front(client: Client, phone: VirtualPhone) -> None:
    client.call("openNotification")
    assert client.call("deviceInfo")["currentPackageName"] == "com.android.systemui"
    phone.open_panel(None)
    assert client.call("deviceInfo")["currentPackageName"] == "com.example.trial"


def test_panels_are_pulled_down(client: Client, phone: VirtualPhone) -> None:
    assert client.call("openNotification") is True
    assert phone.panel == "notifications"
    assert client.call("openQuickSettings") is True
    assert phone.panel == "quick_settings"
    client.call("pressKey", "back")
    assert phone.panel is None


def test_a_toast_is_remembered_until_it_is_cleared(client: Client, app: TrialApp) -> None:
    assert client.call("getLastToast") is None
    app.toast_text = "Saved"
    client.call("ping")
    app.toast_text = None
    assert client.call("getLastToast") == "Saved"
    client.call("clearLastToast")
    assert client.call("getLastToast") is None


def test_a_toast_that_shows_is_noticed_once(client: Client, app: TrialApp) -> None:
    app.toast_text = "Saved"
    assert client.call("getLastToast") == "Saved"
    client.call("clearLastToast")
    assert client.call("getLastToast") is None
    app.toast_text = "Saved again"
    assert client.call("getLastToast") == "Saved again"


def test_nothing_is_traversed_without_a_screen_reader(client: Client) -> None:
    assert client.call("getLastTraversedText") is None
    client.call("clearLastTraversedText")
