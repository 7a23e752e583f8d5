from __future__ import annotations

from typing import TYPE_CHECKING

from uiautomator2 import Selector

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client


SCROLL, STAY = True, False
LIST = Selector(resourceId="com.example.trial:id/list")
ROW = Selector(className="android.widget.LinearLayout")


def test_a_child_is_named_by_a_text_below_it(client: Client) -> None:
    name = client.call("childByText", LIST, ROW, "Row 3")
    assert client.call("objInfo", name)["bounds"]["top"] == 1450
    assert client.call("exist", name)
    assert client.call("count", name) == 1


def test_a_list_is_searched_for_a_child(client: Client) -> None:
    name = client.call("childByText", LIST, Selector(className="android.widget.TextView"), "Row 42", SCROLL)
    assert client.call("getText", name) == "Row 42"


def test_a_list_is_not_searched_when_it_must_not_be(client: Client) -> None:
    code, message = client.error("childByText", LIST, ROW, "Row 42", STAY)
    assert code == -32002
    assert "UiObjectNotFoundException" in message


def test_a_child_is_named_by_a_description_below_it(client: Client) -> None:
    name = client.call("childByDescription", LIST, ROW, "Description 17")
    assert client.call("exist", name)
    assert client.error("childByDescription", LIST, ROW, "Description 99")[0] == -32002


def test_a_child_is_named_by_its_number(client: Client) -> None:
    name = client.call("childByInstance", LIST, Selector(className="android.widget.Button"), 2)
    assert client.call("getText", name) == "Open 2"
    assert client.error("childByInstance", LIST, ROW, 50)[0] == -32002


def test_an_object_can_be_named_and_forgotten(client: Client) -> None:
    name = client.call("getUiObject", Selector(text="Press"))
    assert client.call("getText", name) == "Press"
    client.call("removeUiObject", name)
    assert client.error("getText", name)[0] == -32002


def test_children_and_siblings_are_named(client: Client) -> None:
    child = client.call("getChild", LIST, Selector(text="Row 2"))
    sibling = client.call("getFromParent", child, Selector(className="android.widget.Button"))
    assert client.call("getText", sibling) == "Open 2"
