from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from uiautomator2 import Selector

if TYPE_CHECKING:
    from tests.virtual.u2.conftest import Client, TrialApp


VERTICAL, HORIZONTAL = True, False
PRESS = Selector(text="Press")
EXTRA = Selector(text="Arrived")
LIST = Selector(resourceId="com.example.trial:id/list")
PAGER = Selector(resourceId="com.example.trial:id/pager")


def test_a_point_is_clicked(client: Client, app: TrialApp) -> None:
    assert client.call("click", 150.0, 150.5) is True
    assert app.taps == ["Press"]


def test_a_point_outside_of_the_screen_is_not_clicked(client: Client) -> None:
    assert client.call("click", 5000, 150) is False


def test_a_long_click_is_one_that_lasts(client: Client, app: TrialApp) -> None:
    client.call("click", 150, 150, 100)
    client.call("click", 150, 150, 500)
    assert app.taps == ["Press", "long Press"]


def test_an_element_is_clicked(client: Client, app: TrialApp) -> None:
    client.call("click", PRESS)
    client.call("click", PRESS, "tl")
    client.call("longClick", PRESS)
    client.call("longClick", PRESS, "br")
    client.call("clickAndWaitForNewWindow", PRESS, 100)
    assert app.taps == ["Press", "Press", "long Press", "long Press", "Press"]


def test_a_disabled_element_does_not_react(client: Client, app: TrialApp) -> None:
    client.call("click", Selector(text="Off"))
    assert app.taps == []


def test_a_swipe_scrolls_what_it_starts_on(client: Client, app: TrialApp) -> None:
    assert client.call("swipe", 500, 2000, 500, 1200, 55) is True
    assert (app.top_row, app.page) == (7, 0)
    assert client.call("drag", 900, 800, 100, 800, 100) is True
    assert (app.top_row, app.page) == (7, 1)
    assert client.call("swipePoints", [500, 1200, 500, 1500, 500, 2000], 100) is True
    assert app.top_row == 0


def test_an_element_is_swiped(client: Client, app: TrialApp) -> None:
    for direction in ("left", "left", "right"):
        client.call("swipe", PAGER, direction, 10)
    client.call("swipe", LIST, "up", 0.9, 10)
    assert (app.page, app.top_row) == (1, 7)
    client.call("swipe", LIST, "down", 10)
    assert app.top_row == 0


def test_an_unknown_direction_is_refused(client: Client) -> None:
    assert client.error("swipe", LIST, "sideways", 10)[0] == -32602


def test_an_element_is_dragged(client: Client, app: TrialApp) -> None:
    assert client.call("dragTo", Selector(text="Row 7"), 250, 1100, 100)
    assert app.top_row == 7
    assert client.call("dragTo", Selector(text="Row 7"), Selector(text="Row 14"), 100)
    assert app.top_row == 0


@pytest.mark.parametrize("points", [[500], [500, 1200], [500, 1200, 300]])
def test_a_swipe_needs_two_points(client: Client, points: list[int]) -> None:
    assert client.error("swipePoints", points, 10)[0] == -32602


def test_a_finger_taps_and_swipes(client: Client, app: TrialApp) -> None:
    for action, x, y in ((0, 150, 150), (1, 150, 150), (0, 500, 2000), (2, 500, 1500), (1, 500, 1200)):
        assert client.call("injectInputEvent", action, x, y, 0) is True
    assert (app.taps, app.top_row) == (["Press"], 7)


def test_a_finger_that_is_not_down_cannot_be_lifted(client: Client) -> None:
    assert client.call("injectInputEvent", 1, 150, 150, 0) is False


def test_gestures_of_two_fingers_are_accepted(client: Client) -> None:
    point = {"x": 1, "y": 1}
    assert client.call("gesture", LIST, point, point, point, point, 10) is True
    assert client.call("pinchIn", LIST, 50, 10) is True
    assert client.call("pinchOut", LIST, 50, 10) is True
    assert client.error("pinchOut", EXTRA, 50, 10)[0] == -32002


def test_a_list_scrolls_to_its_end_and_back(client: Client, app: TrialApp) -> None:
    assert client.call("scrollForward", LIST, VERTICAL, 55) is True
    assert app.top_row == 7
    assert client.call("scrollToEnd", LIST, VERTICAL, 500, 55) is True
    assert client.call("exist", Selector(text="Row 59"))
    assert client.call("scrollForward", LIST, VERTICAL, 55) is False
    assert client.call("scrollBackward", LIST, VERTICAL, 55) is True
    assert client.call("scrollToBeginning", LIST, VERTICAL, 500, 55) is True
    assert app.top_row == 0
    assert client.call("scrollBackward", LIST, VERTICAL, 55) is False


def test_a_list_is_flung(client: Client, app: TrialApp) -> None:
    assert client.call("flingForward", LIST, VERTICAL) is True
    assert client.call("flingBackward", LIST, VERTICAL) is True
    assert client.call("flingToEnd", LIST, VERTICAL, 500) is True
    assert client.call("flingToBeginning", LIST, VERTICAL, 1) is True
    assert app.top_row == 52 - 7


def test_a_pager_scrolls_sideways(client: Client, app: TrialApp) -> None:
    assert client.call("scrollForward", PAGER, HORIZONTAL, 10) is True
    assert client.call("scrollForward", PAGER, VERTICAL, 10) is False
    assert app.page == 1


def test_scrolling_what_does_not_scroll_moves_what_it_lies_in(client: Client, app: TrialApp) -> None:
    assert client.call("scrollForward", Selector(text="Row 4"), VERTICAL, 10) is True
    assert app.top_row == 7


def test_a_list_is_scrolled_until_something_shows(client: Client, app: TrialApp) -> None:
    app.top_row = 30
    assert client.call("scrollTo", LIST, Selector(text="Row 12"), VERTICAL) is True
    assert client.call("exist", Selector(text="Row 12"))
    assert client.call("scrollTo", LIST, Selector(text="Row 99"), VERTICAL) is False


def test_scrolling_what_does_not_exist_is_an_error(client: Client) -> None:
    assert client.error("scrollForward", EXTRA, VERTICAL, 10)[0] == -32002
    assert client.error("scrollToEnd", EXTRA, VERTICAL, 500, 10)[0] == -32002
