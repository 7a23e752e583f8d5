"""A virtual phone's system, without adb: touches, keys, the keyboard's focus, apps and lasting conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from phonefleet.geometry import Rect
from virtual_phones.apps.home import LAUNCHER
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Direction, Node

PACKAGE = "com.example.paper"


@dataclass
class Paper:
    """An app whose screen the test draws."""

    package: str = PACKAGE
    version_name: str = "1.0"
    version_code: int = 1
    main_activity: str = ".PaperActivity"
    activity: str = ".PaperActivity"
    running: bool = False
    nodes: list[Node] = field(default_factory=list[Node])
    heard: list[str] = field(default_factory=list[str])
    leaves: bool = True

    def launch(self) -> None:
        self.running = True

    def open_link(self, url: str) -> bool:
        self.running = self.running or url.startswith("paper:")
        return url.startswith("paper:")

    def stop(self) -> None:
        self.running = False

    def clear(self) -> None:
        self.stop()

    def tree(self, width: int, height: int) -> Node:
        return Node("android.widget.FrameLayout", Rect(0, 0, width, height), PACKAGE, children=self.nodes)

    def back(self) -> bool:
        return not self.leaves

    def toast(self) -> str | None:
        return None

    def hears(self, word: str) -> Callable[[], None]:
        return lambda: self.heard.append(word)

    def field(self, top: int) -> Node:
        """Draw an editable view that keeps its text."""
        node = Node("android.widget.EditText", Rect(0, top, 500, top + 100), PACKAGE, f"{PACKAGE}:id/field")
        node.on_text = lambda text: setattr(node, "text", text)
        return node


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def phone(paper: Paper) -> VirtualPhone:
    phone = VirtualPhone("virtual", "Virtual One", Faults(), [paper])
    phone.start_app(PACKAGE)
    return phone


def _view(rect: Rect, *children: Node) -> Node:
    return Node("android.view.View", rect, PACKAGE, children=list(children))


def test_a_touch_goes_to_the_nearest_ancestor_that_reacts(phone: VirtualPhone, paper: Paper) -> None:
    row = _view(Rect(0, 200, 500, 300), _view(Rect(10, 210, 50, 250)))
    row.on_tap = paper.hears("row")
    paper.nodes = [row]

    assert phone.tap(20, 220)
    assert paper.heard == ["row"]


def test_a_popup_takes_the_touches_of_what_it_covers(phone: VirtualPhone, paper: Paper) -> None:
    button = _view(Rect(0, 200, 500, 300))
    button.on_tap = paper.hears("button")
    paper.nodes = [button, _view(Rect(0, 0, 1080, 2400))]

    phone.tap(20, 220)

    assert paper.heard == []


def test_a_disabled_view_swallows_touches(phone: VirtualPhone, paper: Paper) -> None:
    button = _view(Rect(0, 200, 500, 300))
    button.enabled, button.on_tap = False, paper.hears("button")
    row = _view(Rect(0, 200, 500, 300), button)
    row.on_tap = paper.hears("row")
    paper.nodes = [row]

    phone.tap(20, 220)

    assert paper.heard == []


def test_a_long_touch_is_told_from_a_short_one(phone: VirtualPhone, paper: Paper) -> None:
    photo = _view(Rect(0, 200, 500, 300))
    photo.on_tap, photo.on_long_tap = paper.hears("short"), paper.hears("long")
    paper.nodes = [photo]

    phone.tap(20, 220)
    phone.long_tap(20, 220)

    assert paper.heard == ["short", "long"]


@pytest.mark.parametrize(
    ("end", "direction"),
    [((500, 100), "down"), ((500, 1900), "up"), ((100, 1000), "right"), ((900, 1000), "left"), ((505, 1005), None)],
)
def test_a_swipe_advances_the_content_against_its_direction(
    phone: VirtualPhone, paper: Paper, end: tuple[int, int], direction: Direction | None
) -> None:
    moved: list[Direction] = []
    pages = _view(Rect(0, 0, 1080, 2400))
    pages.on_scroll = lambda towards: moved.append(towards) is None
    paper.nodes = [pages]

    assert phone.swipe(500, 1000, *end) is (direction is not None)
    assert moved == ([direction] if direction else [])


def test_touches_outside_and_on_a_dark_display_do_nothing(phone: VirtualPhone, paper: Paper) -> None:
    button = _view(Rect(0, 0, 500, 100))
    button.on_tap = paper.hears("button")
    paper.nodes = [button]
    phone.suffer(Strike(Fault.SCREEN_OFF))

    phone.tap(20, 20)

    assert not phone.tap(20, 9999)
    assert paper.heard == []


def test_the_field_that_was_touched_has_the_keyboard(phone: VirtualPhone, paper: Paper) -> None:
    paper.nodes = [paper.field(0), paper.field(200)]

    typed_before = phone.type_text("lost")
    phone.tap(20, 250)
    phone.type_text("kept")
    phone.press("KEYCODE_A")
    phone.press("space")
    phone.press("del")

    assert not typed_before
    assert [node.text for node in paper.nodes] == ["", "kepta"]
    assert [node.focused for node in phone.tree().children] == [False, True]


def test_the_keyboard_is_gone_with_its_field(phone: VirtualPhone, paper: Paper) -> None:
    paper.nodes = [paper.field(0)]
    phone.tap(20, 50)
    paper.activity = ".OtherActivity"

    assert phone.focused_node is None


def test_the_enter_key_is_the_keyboards_action(phone: VirtualPhone, paper: Paper) -> None:
    search = paper.field(200)
    search.on_enter = paper.hears("search")
    paper.nodes = [search]
    phone.tap(20, 250)

    phone.press("enter")

    assert paper.heard == ["search"]


def test_back_leaves_an_app_that_has_nothing_to_go_back_to(phone: VirtualPhone, paper: Paper) -> None:
    paper.leaves = False
    phone.press("back")
    stayed = phone.foreground
    paper.leaves = True
    phone.press(4)

    assert stayed == (PACKAGE, ".PaperActivity")
    assert phone.foreground[0] == LAUNCHER
    assert paper.running


def test_a_crashed_app_leaves_the_launcher(phone: VirtualPhone, paper: Paper) -> None:
    paper.running = False

    assert phone.foreground[0] == LAUNCHER
    assert phone.tree().package == LAUNCHER


def test_links_go_to_the_app_that_handles_them(phone: VirtualPhone) -> None:
    phone.go_home()

    assert not phone.open_link("other:x")
    assert not phone.open_link("paper:x", "com.example.other")
    assert phone.open_link("paper:x")
    assert phone.foreground[0] == PACKAGE


def test_an_insecure_keyguard_is_swiped_away_and_a_secure_one_stays(phone: VirtualPhone) -> None:
    phone.locked = True
    phone.swipe(500, 2000, 500, 500)
    swiped = phone.locked
    phone.suffer(Strike(Fault.LOCKED))
    phone.swipe(500, 2000, 500, 500)

    assert not swiped
    assert phone.locked
    assert phone.tree().package == "com.android.systemui"


def test_a_phone_recovers_from_lasting_conditions(phone: VirtualPhone) -> None:
    for fault in (Fault.LOW_BATTERY, Fault.SCREEN_OFF, Fault.LOCKED):
        assert phone.suffer(Strike(fault))
    low = phone.battery.level

    phone.recover()

    assert low == 3
    assert (phone.battery.level, phone.display_on, phone.locked) == (85, True, False)
    assert not phone.suffer(Strike(Fault.CRASH))


def test_the_notification_shade_covers_the_app(phone: VirtualPhone) -> None:
    phone.open_panel("notifications")
    covered = phone.tree().package
    phone.press("back")

    assert covered == "com.android.systemui"
    assert phone.tree().package == PACKAGE


def test_a_turned_phone_swaps_width_and_height(phone: VirtualPhone) -> None:
    phone.rotation = 1

    assert (phone.width, phone.height) == (2400, 1080)
    assert phone.tree().bounds == Rect(0, 0, 2400, 1080)


@pytest.mark.parametrize(
    ("key", "known"),
    [("home", True), ("KEYCODE_VOLUME_UP", True), ("3", True), (187, True), ("nokey", False), (999, False)],
)
def test_only_known_keys_are_pressed(phone: VirtualPhone, key: str | int, known: bool) -> None:  # noqa: FBT001 - a parameter
    assert phone.press(key) is known
