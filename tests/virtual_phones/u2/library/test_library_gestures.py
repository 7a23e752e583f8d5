"""What uiautomator2 does with fingers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import TrialApp

LIST, PAGER = {"resourceId": "com.example.trial:id/list"}, {"resourceId": "com.example.trial:id/pager"}


def test_points_are_clicked(device: Any, app: TrialApp) -> None:
    device.click(150, 150)
    device.click(0.1, 0.0626)
    device.long_click(150, 150)
    device.double_click(650, 150, duration=0.01)
    assert app.taps == ["Press", "Press", "long Press", "icon", "icon"]


def test_a_finger_goes_down_moves_and_is_lifted(device: Any, app: TrialApp) -> None:
    device.touch.down(150, 150).up(150, 150)
    device.touch.down(500, 2000).move(500, 1500).up(500, 1200)
    assert (app.taps, app.top_row) == (["Press"], 7)


def test_the_screen_is_swiped(device: Any, app: TrialApp) -> None:
    device.swipe(500, 2000, 500, 1200, steps=10)
    assert app.top_row == 7
    device.swipe_ext("left", box=(0, 700, 1080, 900))
    assert app.page == 1
    device.swipe_points([(500, 1200), (500, 1500), (500, 2000)], duration=0.05)
    assert app.top_row == 0
    device.drag(500, 2000, 500, 1200, duration=0.05)
    assert app.top_row == 7


def test_an_element_is_swiped_and_dragged(device: Any, app: TrialApp) -> None:
    device(**LIST).swipe("up")
    assert app.top_row == 7
    device(text="Row 8").drag_to(text="Row 13", duration=0.05)
    assert app.top_row == 0
    device(text="Row 6").drag_to(250, 1100, duration=0.05)
    assert app.top_row == 7


def test_two_fingers_are_accepted(device: Any) -> None:
    assert device(**LIST).gesture((1, 1), (2, 2), (3, 3), (4, 4), steps=2) is True
    assert device(**LIST).pinch_in(percent=50, steps=2) is True
    assert device(**LIST).pinch_out(percent=50, steps=2) is True


def test_a_list_is_scrolled(device: Any, app: TrialApp) -> None:
    assert device(**LIST).scroll() is True
    assert app.top_row == 7
    assert device(**LIST).scroll.vert.backward(steps=5) is False
    assert app.top_row == 0
    assert device(**LIST).scroll.toEnd() is True
    assert device(text="Row 59").exists
    assert device(**LIST).scroll.forward() is False
    assert device(**LIST).scroll.toBeginning(max_swipes=100) is True
    assert app.top_row == 0
    assert device(**LIST).scroll.to(text="Row 30") is True
    assert device(text="Row 30").exists
    assert device(**LIST).scroll.to(text="Row 99") is False
    assert device(**PAGER).scroll.horiz.forward() is True
    assert app.page == 1


def test_a_list_is_flung(device: Any, app: TrialApp) -> None:
    assert device(**LIST).fling() is True
    assert device(**LIST).fling.vert.backward() is False
    assert device(**LIST).fling.toEnd(max_swipes=100) is True
    assert app.top_row == 52
    assert device(**LIST).fling.toBeginning() is True
    assert app.top_row == 0
