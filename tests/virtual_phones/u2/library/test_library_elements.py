"""What uiautomator2 does with elements that it finds by selectors and by XPath."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from uiautomator2.exceptions import UiObjectNotFoundError, XPathElementNotFoundError

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import TrialApp

ID = "com.example.trial:id/"


def test_an_element_is_found_and_tells_what_it_is(device: Any) -> None:
    assert device(text="Press").exists
    assert not device(text="Nothing").exists
    info = device(text="Press").info
    assert (info["className"], info["resourceName"]) == ("android.widget.Button", f"{ID}press")
    assert device(text="Press").bounds() == (0, 100, 300, 200)


def test_an_element_is_clicked(device: Any, app: TrialApp) -> None:
    device(text="Press").click()
    device(text="Press").click(offset=(0.1, 0.9))
    device(text="Press").long_click()
    assert device(text="Press").click_exists() is True
    assert app.taps == ["Press", "Press", "long Press", "Press"]


def test_a_missing_element_raises(device: Any) -> None:
    device.settings["wait_timeout"] = 0.01
    with pytest.raises(UiObjectNotFoundError):
        device(text="Nothing").click()
    with pytest.raises(UiObjectNotFoundError):
        _ = device(text="Nothing").info
    assert device(text="Nothing").click_exists(timeout=0.01) is False


def test_several_elements_are_counted_and_indexed(device: Any) -> None:
    buttons = device(className="android.widget.Button")
    assert buttons.count == len(buttons) == 10
    assert buttons[2].get_text() == "Open 0"
    assert buttons[-1].get_text() == "Open 7"
    assert [button.get_text() for button in buttons][:2] == ["Press", "Off"]
    assert [info["text"] for info in buttons.info_list()][:2] == ["Press", "Off"]


def test_children_and_siblings_are_found(device: Any) -> None:
    listing = device(resourceId=f"{ID}list")
    assert listing.child(text="Row 3").exists
    assert listing.child(className="android.widget.Button")[4].get_text() == "Open 4"
    assert device(text="Row 5").sibling(className="android.widget.Button").get_text() == "Open 5"
    assert not device(resourceId=f"{ID}form").child(text="Row 3").exists


def test_elements_are_found_beside_each_other(device: Any) -> None:
    assert device(text="Row 3").right(className="android.widget.Button").get_text() == "Open 3"
    assert device(text="Open 3").left(className="android.widget.TextView").get_text() == "Row 3"
    assert device(text="Row 3").up(className="android.widget.TextView").get_text() == "Row 2"
    assert device(text="Row 3").down(className="android.widget.TextView").get_text() == "Row 4"


def test_children_are_named_by_text_description_and_number(device: Any) -> None:
    listing = device(resourceId=f"{ID}list")
    row = listing.child_by_text("Row 42", className="android.widget.LinearLayout")
    assert row.exists
    by_description = listing.child_by_description("Description 41", className="android.widget.TextView")
    assert by_description.get_text() == "Row 41"
    assert listing.child_by_instance(1, className="android.widget.Button").exists
    with pytest.raises(UiObjectNotFoundError):
        listing.child_by_text("Row 0", className="android.widget.LinearLayout", allow_scroll_search=False)


def test_a_field_is_written_read_and_emptied(device: Any, app: TrialApp) -> None:
    field = device(resourceId=f"{ID}name")
    assert field.get_text() == "Your name"
    assert field.set_text("Ada & 😀\n'Lovelace'") is True
    assert field.get_text() == app.name == "Ada & 😀\n'Lovelace'"
    field.clear_text()
    assert app.name == ""


def test_text_is_typed_into_the_focused_field(device: Any, app: TrialApp) -> None:
    device(resourceId=f"{ID}name").click()
    device.send_keys("typed 😀")
    assert app.name == "typed 😀"
    device.clear_text()
    assert app.name == ""


def test_a_wait_ends_when_the_element_shows_and_when_it_is_gone(
    device: Any, app: TrialApp, loop: asyncio.AbstractEventLoop
) -> None:
    loop.call_soon_threadsafe(loop.call_later, 0.1, setattr, app, "extra", "Arrived")
    assert device(text="Arrived").wait(timeout=30) is True
    loop.call_soon_threadsafe(loop.call_later, 0.1, setattr, app, "extra", None)
    assert device(text="Arrived").wait_gone(timeout=30) is True
    assert device(text="Arrived").wait(timeout=0.01) is False


def test_xpath_finds_clicks_and_reads(device: Any, app: TrialApp) -> None:
    device.xpath("//*[@text='Press']").click()
    device.xpath("Open 2").click()
    device.xpath(f"@{ID}icon").click()
    assert app.taps == ["Press", "Open 2", "icon"]
    assert device.xpath("%agree").get_text() == "I agree"
    assert len(device.xpath(f"//android.widget.ListView//*[@resource-id='{ID}open']").all()) == 8
    assert device.xpath("//android.widget.CheckBox").get().attrib["checked"] == "false"
    assert device.xpath("^Row [0-9]$").wait() is True
    assert device.xpath("Nothing").wait_gone() is True
    assert (device.xpath("//*[@text='Press']") | device.xpath("//*[@text='Off']")).exists
    with pytest.raises(XPathElementNotFoundError):
        device.xpath("Nothing").click(timeout=0.01)


def test_xpath_scrolls_to_what_does_not_show_yet(device: Any) -> None:
    assert device.xpath.scroll_to("//*[@text='Row 20']") is not None


def test_xpath_writes_a_field(device: Any, app: TrialApp) -> None:
    app.name = "before"
    device.xpath(f"@{ID}name").set_text("after")
    assert app.name == "after"
