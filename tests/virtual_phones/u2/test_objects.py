from __future__ import annotations

from typing import TYPE_CHECKING

from uiautomator2 import Selector

from phonefleet.clock import SystemClock
from virtual_phones.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client


SCROLL, STAY = True, False
LIST = Selector(resourceId="com.example.trial:id/list")
NAME = Selector(className="android.widget.TextView")
NOT_FOUND = (-32001, "androidx.test.uiautomator.UiObjectNotFoundException")
ROW = Selector(className="android.widget.LinearLayout")


class SteppedClock(SystemClock):
    """A clock that a test sets."""

    now_is = 0.0

    def monotonic(self) -> float:
        return self.now_is


def test_a_child_is_named_by_a_text_below_it(client: Client) -> None:
    name = client.call("childByText", LIST, ROW, "Row 3")
    assert client.call("objInfo", name)["bounds"]["top"] == 1450
    assert client.call("exist", name)


def test_a_list_is_searched_for_a_child(client: Client) -> None:
    name = client.call("childByText", LIST, Selector(className="android.widget.TextView"), "Row 42", SCROLL)
    assert client.call("getText", name) == "Row 42"


def test_a_list_is_not_searched_when_it_must_not_be(client: Client) -> None:
    assert client.error("childByText", LIST, ROW, "Row 42", STAY) == NOT_FOUND
    assert client.data("childByText", LIST, ROW, "Row 42", STAY) == 'for text= "Row 42"'


def test_a_child_is_named_by_a_description_below_it(client: Client) -> None:
    name = client.call("childByDescription", LIST, ROW, "Description 17")
    assert client.call("exist", name)
    assert client.error("childByDescription", LIST, ROW, "Description 99") == NOT_FOUND


def test_a_description_is_looked_for_in_part(client: Client) -> None:
    by_text = client.call("childByText", LIST, ROW, "Row 3")
    by_part = client.call("childByDescription", LIST, ROW, "description 3", STAY)
    assert client.call("objInfo", by_part)["bounds"] == client.call("objInfo", by_text)["bounds"]
    assert client.error("childByDescription", LIST, NAME, "description 3", STAY) == NOT_FOUND


def test_a_child_is_named_by_its_number(client: Client) -> None:
    name = client.call("childByInstance", LIST, Selector(className="android.widget.Button"), 2)
    assert client.call("getText", name) == "Open 2"
    beyond = client.call("childByInstance", LIST, ROW, 50)
    assert client.call("exist", beyond) is False
    assert client.error("getText", beyond) == NOT_FOUND


def test_an_object_can_be_named_and_forgotten(client: Client) -> None:
    name = client.call("getUiObject", Selector(text="Press"))
    assert client.call("getText", name) == "Press"
    assert client.call("getUiObjects") == [name]
    client.call("removeUiObject", name)
    assert client.call("getUiObjects") == []
    assert client.error("getText", name) == NOT_FOUND
    assert client.data("getText", name) == f"UiObject {name} not found!"
    assert client.call("exist", name) is False


def test_a_name_is_forgotten_after_a_minute(client: Client, phone: VirtualPhone) -> None:
    clock = SteppedClock()
    phone.clock = clock
    name = client.call("getUiObject", Selector(text="Press"))
    clock.now_is = 59.9
    assert client.call("getText", name) == "Press"
    clock.now_is = 60.0
    assert client.error("getText", name) == NOT_FOUND
    assert client.call("getChild", name, ROW) is None
    assert client.call("getFromParent", name, ROW) is None


def test_children_and_siblings_are_named(client: Client) -> None:
    child = client.call("getChild", client.call("getUiObject", LIST), Selector(text="Row 2"))
    sibling = client.call("getFromParent", child, Selector(className="android.widget.Button"))
    assert client.call("getText", sibling) == "Open 2"
