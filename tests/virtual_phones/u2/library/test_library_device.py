"""What uiautomator2 does with the phone as a whole: keys, display, panels, toasts, clipboard, pictures, dumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from uiautomator2.exceptions import RPCUnknownError, SessionBrokenError

from virtual_phones.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import TrialApp


def test_the_phone_tells_what_it_is_and_shows(device: Any) -> None:
    assert device.info["currentPackageName"] == "com.example.trial"
    assert device.info["screenOn"] is True
    assert device.window_size() == (1080, 2400)


def test_the_hierarchy_is_dumped(device: Any) -> None:
    tree = etree.fromstring(device.dump_hierarchy().encode())
    assert tree.xpath("//node[@text='Press']/@bounds") == ["[0,100][300,200]"]
    assert tree.xpath("//node[contains(@resource-id, 'title')]/@text") == ["Trial ..\nline two"]
    assert device.dump_hierarchy(compressed=True, pretty=True).count("<node") < len(tree.findall(".//node"))
    assert device.dump_hierarchy(max_depth=1, root_in_active=True).count("<node ") == 8
    assert device.dump_hierarchy(root_in_active=True).count("<node ") < device.dump_hierarchy().count("<node ")


def test_the_screen_is_photographed(device: Any) -> None:
    picture = device.screenshot()
    assert (picture.format, picture.size) == ("JPEG", (1080, 2400))
    assert device(text="Press").screenshot().size == (300, 100)


def test_keys_are_pressed(device: Any, app: TrialApp) -> None:
    device(resourceId="com.example.trial:id/name").click()
    device.press(29)
    device.press(30, 1)
    device.press("enter")
    device.press("back")  # the first one puts the keyboard away
    device.press("back")
    assert (app.name, app.taps, app.backs) == ("ab", ["enter ab"], 1)
    device.press("home")
    assert device.info["currentPackageName"] != "com.example.trial"


def test_the_display_goes_off_and_on(device: Any) -> None:
    device.screen_off()
    assert device.info["screenOn"] is False
    device.screen_on()
    assert device.info["screenOn"] is True


def test_the_server_shows_no_toasts_of_its_own(device: Any) -> None:
    with pytest.raises(RPCUnknownError, match="-32601"):
        device.toast.show("Hello", 1.0)


def test_the_phone_is_not_turned_upside_down(device: Any) -> None:
    device.set_orientation("left")
    device.set_orientation("upsidedown")
    assert device.orientation == "left"


@pytest.mark.parametrize("orientation", ["natural", "left", "right"])
def test_the_phone_is_turned(device: Any, orientation: str) -> None:
    device.set_orientation(orientation[0])
    assert device.orientation == orientation
    device.freeze_rotation(freezed=False)
    assert device.orientation == "natural"


def test_panels_are_pulled_down(device: Any, running_phone: VirtualPhone) -> None:
    assert device.open_notification() is True
    assert running_phone.panel == "notifications"
    assert device.open_quick_settings() is True
    assert running_phone.panel == "quick_settings"


def test_a_toast_is_read(device: Any, app: TrialApp) -> None:
    assert device.last_toast is None
    app.toast_text = "Saved"
    assert device.toast.get_message(wait_timeout=30) == "Saved"
    device.toast.reset()
    assert device.last_toast is None
    device.clear_toast()
    assert device.toast.get_message(wait_timeout=0, default="none") == "none"


def test_the_clipboard_is_shared(device: Any) -> None:
    device.clipboard = "copied 😀"
    assert device.clipboard == "copied 😀"


def test_nothing_is_traversed_without_a_screen_reader(device: Any) -> None:
    device.clear_traversed_text()
    assert device.last_traversed_text is None


def test_a_method_that_the_server_lacks_is_an_rpc_error(device: Any) -> None:
    with pytest.raises(RPCUnknownError, match="-32601"):
        device.jsonrpc.fly()


def test_a_session_ends_when_the_app_does(device: Any, app: TrialApp) -> None:
    with device.session("com.example.trial", attach=True) as session:
        session(text="Press").click()
        assert app.taps == ["Press"]
        app.stop()
        with pytest.raises(SessionBrokenError):
            session(text="Press").click()
