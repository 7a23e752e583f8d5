from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import Image
from uiautomator2 import Selector

from phonefleet.virtual.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client, TrialApp


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


def test_a_field_is_written_read_and_emptied(client: Client, app: TrialApp) -> None:
    assert client.call("getText", NAME) == "Your name"
    assert client.call("setText", NAME, "Ada 😀") is True
    assert client.call("getText", NAME) == app.name == "Ada 😀"
    client.call("clearTextField", NAME)
    assert app.name == ""


def test_a_button_takes_no_text(client: Client) -> None:
    assert client.call("setText", Selector(text="Press"), "x") is False


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
    assert client.call("pressKey", "back") is True
    assert (app.name, app.taps, app.backs) == ("a", ["enter a"], 1)
    assert client.call("pressKey", "home") is True
    assert phone.foreground[0] != app.package
    assert client.call("pressKey", "no such key") is False


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
    assert client.error("setOrientation", "inside out")[0] == -32602


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


def test_the_server_shows_toasts_of_its_own(client: Client) -> None:
    client.call("makeToast", "Hello", 1000.0)
    assert client.call("getLastToast") == "Hello"


def test_nothing_is_traversed_without_a_screen_reader(client: Client) -> None:
    assert client.call("getLastTraversedText") is None
    client.call("clearLastTraversedText")


def test_a_virtual_phone_is_always_idle(client: Client) -> None:
    assert client.call("waitForIdle", 1000) is True
    assert client.call("waitForWindowUpdate", "com.example.trial", 1000) is True
