from __future__ import annotations

from typing import TYPE_CHECKING

from uiautomator2 import Selector

from virtual_phones.phone import VirtualPhone

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp


VERTICAL, HORIZONTAL = True, False
PRESS = Selector(text="Press")
EXTRA = Selector(text="Arrived")
NOT_FOUND = (-32001, "androidx.test.uiautomator.UiObjectNotFoundException")
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


def test_a_corner_that_there_is_not_is_not_clicked(client: Client, app: TrialApp) -> None:
    assert client.call("click", PRESS, "middle") is False
    assert client.call("longClick", PRESS, "middle") is False
    assert app.taps == []


def test_a_click_of_an_object_answers_whether_the_screen_changed(client: Client, app: TrialApp) -> None:
    agree = client.call("getUiObject", Selector(text="I agree"))
    assert client.call("click", agree) is True
    assert client.call("click", client.call("getUiObject", PRESS)) is False
    assert (app.agreed, app.taps) == (True, ["Press"])


def test_a_click_by_a_plain_selector_answers_true(client: Client) -> None:
    assert client.call("click", Selector(text="Off")) is True
    assert client.call("longClick", Selector(text="Off")) is True


def test_a_click_answers_whether_another_window_came(client: Client, phone: VirtualPhone) -> None:
    assert client.call("clickAndWaitForNewWindow", PRESS, 100) is False
    phone.go_home()
    assert client.call("clickAndWaitForNewWindow", Selector(text="Trial"), 100) is True


def test_a_negative_point_is_not_clicked(client: Client, app: TrialApp) -> None:
    assert client.call("click", -1, 150) is False
    assert client.call("click", 150, -1, 500) is False
    assert app.taps == []


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


def test_an_unknown_direction_does_nothing(client: Client, app: TrialApp) -> None:
    assert client.call("swipe", LIST, "sideways", 10) is False
    assert client.call("swipe", LIST, "sideways", 2.0, 10) is True
    assert (app.page, app.top_row) == (0, 0)


def test_a_part_of_an_element_is_at_most_the_whole(client: Client) -> None:
    assert client.error("swipe", LIST, "up", 1.5, 10) == (-32001, "java.lang.IllegalArgumentException")


def test_an_element_is_dragged(client: Client, app: TrialApp) -> None:
    assert client.call("dragTo", Selector(text="Row 7"), 250, 1100, 100)
    assert app.top_row == 7
    assert client.call("dragTo", Selector(text="Row 7"), Selector(text="Row 14"), 100)
    assert app.top_row == 0


def test_a_swipe_over_one_point_is_a_tap_and_over_none_is_nothing(client: Client, app: TrialApp) -> None:
    assert client.call("swipePoints", [150, 150, 7], 10) is True
    assert client.call("swipePoints", [150], 10) is False
    assert client.call("swipePoints", [], 10) is False
    assert app.taps == ["Press"]


def test_a_finger_taps_and_swipes(client: Client, app: TrialApp) -> None:
    for action, x, y in ((0, 150, 150), (1, 150, 150), (0, 500, 2000), (2, 500, 1500), (1, 500, 1200)):
        assert client.call("injectInputEvent", action, x, y, 0) is True
    assert (app.taps, app.top_row) == (["Press"], 7)


def test_a_finger_that_is_not_down_cannot_be_lifted(client: Client) -> None:
    assert client.call("injectInputEvent", 1, 150, 150, 0) is False
    assert client.call("injectInputEvent", 2, 150, 150, 0) is False
    assert client.call("injectInputEvent", 0, 5000, 150, 0) is False
    assert client.call("injectInputEvent", 7, 150, 150, 0) is False


def test_gestures_of_two_fingers_are_accepted(client: Client) -> None:
    point = {"x": 1, "y": 1}
    assert client.call("gesture", LIST, point, point, point, point, 10) is True
    assert client.call("pinchIn", LIST, 50, 10) is True
    assert client.call("pinchOut", LIST, 50, 10) is True
    assert client.error("pinchOut", EXTRA, 50, 10) == NOT_FOUND
    assert client.error("pinchIn", LIST, 101, 10) == (-32001, "java.lang.IllegalArgumentException")


def test_a_gesture_needs_no_element_but_a_name_that_is_known(client: Client) -> None:
    point = {"x": 1, "y": 1}
    assert client.call("gesture", EXTRA, point, point, point, point, 10) is True
    assert client.error("gesture", "unknown", point, point, point, point, 10) == NOT_FOUND


def test_a_list_scrolls_to_its_end_and_back(client: Client, app: TrialApp) -> None:
    assert client.call("scrollForward", LIST, VERTICAL, 55) is True
    assert app.top_row == 7
    assert client.call("scrollToEnd", LIST, VERTICAL, 2, 55) is False
    assert client.call("scrollToEnd", LIST, VERTICAL, 500, 55) is True
    assert client.call("exist", Selector(text="Row 59"))
    assert client.call("scrollForward", LIST, VERTICAL, 55) is False
    assert client.call("scrollBackward", LIST, VERTICAL, 55) is True
    assert client.call("scrollToBeginning", LIST, VERTICAL, 500, 55) is True
    assert app.top_row == 0
    assert client.call("scrollBackward", LIST, VERTICAL, 55) is False


def test_a_list_is_flung(client: Client, app: TrialApp) -> None:
    assert client.call("flingForward", LIST, VERTICAL) is True
    assert client.call("flingForward", LIST, VERTICAL) is True
    assert client.call("flingBackward", LIST, VERTICAL) is True
    assert client.call("flingBackward", LIST, VERTICAL) is False
    assert client.call("flingToEnd", LIST, VERTICAL, 500) is True
    assert client.call("flingToBeginning", LIST, VERTICAL, 1) is False
    assert app.top_row == 52 - 7


def test_the_scroll_that_reaches_the_end_answers_false(client: Client, app: TrialApp) -> None:
    app.top_row = 50
    assert client.call("scrollForward", LIST, VERTICAL, 55) is False
    assert app.top_row == 52


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
    assert client.error("scrollForward", EXTRA, VERTICAL, 10) == NOT_FOUND
    assert client.error("scrollToEnd", EXTRA, VERTICAL, 500, 10) == NOT_FOUND
