"""The windows of a virtual phone: what a dump shows of them, and which of them a touch reaches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from lxml import etree

from phonefleet.geometry import Rect
from virtual_phones.apps.home import LAUNCHER, SYSTEM_UI
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS
from virtual_phones.sample.application import SampleApp
from virtual_phones.windows.equipment import Equipment
from virtual_phones.windows.window import Window
from virtual_phones.world import World

BUTTONS, GESTURES = Equipment("buttons"), Equipment("gestures", cutout=True)


@pytest.fixture
def faults() -> Faults:
    return Faults()


def phone_of(faults: Faults, equipment: Equipment | None = None, seed: int | None = None) -> VirtualPhone:
    world = World(seed=1, phones=1)
    app = SampleApp(world, world.signed_in(1), faults, next(iter(VERSIONS)))
    phone = VirtualPhone("phone-1", "Test", faults, [app], seed=seed)
    phone.equipment = equipment or phone.equipment
    phone.start_app(PACKAGE)
    return phone


def kinds(windows: Sequence[Window]) -> list[str]:
    return [window.kind for window in windows]


def of_kind(phone: VirtualPhone, kind: str) -> Window:
    return next(window for window in phone.windows() if window.kind == kind)


def touch(phone: VirtualPhone, ending: str) -> None:
    nodes = (node for window in phone.windows() for node in window.root.walk())
    center = next(node for node in nodes if node.resource_id.endswith(ending)).bounds.center
    phone.tap(center.x, center.y)


def open_conversation(phone: VirtualPhone) -> None:
    phone.open_link("sample://user/person_0001")
    skin = VERSIONS[phone.apps[PACKAGE].version_name]
    touch(phone, skin.id("profile_message"))
    touch(phone, skin.id("thread_entry"))


def test_windows_come_in_another_order_at_each_look_and_in_the_same_one_for_the_same_seed(faults: Faults) -> None:
    phone, twin = phone_of(faults, seed=7), phone_of(faults, seed=7)
    orders = [tuple(kinds(phone.windows())) for _ in range(30)]
    assert len(set(orders)) > 1
    assert len({order[0] for order in orders}) > 1
    assert [tuple(kinds(twin.windows())) for _ in range(30)] == orders


def test_a_phone_without_a_seed_has_bars_too(faults: Faults) -> None:
    assert {"app", "status_bar", "navigation_bar"} <= set(kinds(phone_of(faults).windows()))


def test_seeds_draw_every_kind_of_phone(faults: Faults) -> None:
    drawn = [phone_of(faults, seed=seed).equipment for seed in range(60)]
    assert {each.navigation for each in drawn} == {"gestures", "buttons"}
    assert {each.overlay for each in drawn} == {"none", "cutout", "edge"}
    assert {each.second_display for each in drawn} == {True, False}


def test_a_dump_has_a_root_for_each_window_with_the_display_that_it_is_on(faults: Faults) -> None:
    phone = phone_of(faults, Equipment("buttons", overlay="edge", second_display=True))
    roots = etree.fromstring(DirectPhone(phone).hierarchy().encode()).findall("node")
    assert len(roots) == len(phone.windows())
    assert sorted(str(root.get("display-id")) for root in roots) == ["0"] * 4 + ["1"] * 2
    on_cover = [node for root in roots for node in root.iter("node") if node.get("display-id") == "1"]
    assert len(on_cover) > 2


def test_one_window_is_the_active_one(faults: Faults) -> None:
    phone = phone_of(faults, Equipment(second_display=True))
    assert [window.root.package for window in phone.windows() if window.active] == [PACKAGE]
    phone.open_panel("notifications")
    assert [window.root.package for window in phone.windows() if window.active] == [SYSTEM_UI]


def test_a_dialog_is_a_window_of_its_own_which_hides_the_app(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    faults.order(Strike(Fault.ANR))
    phone.start_app(PACKAGE)
    assert "app" not in kinds(phone.windows())
    dialog = of_kind(phone, "dialog").root
    assert (dialog.package, dialog.bounds == phone.display) == ("android", False)


def test_the_keys_of_the_navigation_bar_work(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    phone.open_link("sample://user/person_0001")
    touch(phone, "systemui:id/back")
    assert phone.foreground == (PACKAGE, ".FeedActivity")
    touch(phone, "systemui:id/home")
    assert phone.foreground[0] == LAUNCHER


@pytest.mark.parametrize(("equipment", "rotation"), list(product((BUTTONS, GESTURES), range(4))))
def test_the_app_is_laid_out_between_the_bars(faults: Faults, equipment: Equipment, rotation: int) -> None:
    phone = phone_of(faults, equipment)
    phone.rotation = rotation
    free = equipment.free(phone.display, rotation)
    root = of_kind(phone, "app").root
    assert root.bounds == phone.display
    shown = [node.bounds for child in root.children for node in child.walk()]
    assert all(free.intersection(each) == each for each in shown if each.width > 0 and each.height > 0)


def test_the_keyboard_comes_with_a_field_and_makes_the_app_smaller(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    open_conversation(phone)
    keyboard = of_kind(phone, "keyboard").root
    lowest = max(node.bounds.bottom for child in of_kind(phone, "app").root.children for node in child.walk())
    assert lowest == keyboard.bounds.top
    touch_key = next(node for node in keyboard.walk() if node.content_desc == "q").bounds.center
    phone.tap(touch_key.x, touch_key.y)
    assert phone.focused_node is not None
    assert phone.focused_node.text == "q"


def test_back_puts_the_keyboard_away_first_and_a_touch_brings_it_again(faults: Faults) -> None:
    phone = phone_of(faults, GESTURES)
    open_conversation(phone)
    phone.press("back")
    assert "keyboard" not in kinds(phone.windows())
    assert phone.foreground[1] == ".ThreadActivity"
    touch(phone, VERSIONS[phone.apps[PACKAGE].version_name].id("thread_entry"))
    assert "keyboard" in kinds(phone.windows())
    phone.press("back")
    phone.press("back")
    assert phone.foreground[1] == ".ProfileActivity"


def test_touches_on_bars_and_keyboard_do_not_reach_the_app_beneath(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    open_conversation(phone)
    covered = [of_kind(phone, kind).root.bounds for kind in ("keyboard", "status_bar", "navigation_bar")]
    scene = phone.scene()
    for bounds in covered:
        assert scene.path_at(bounds.center)[0] is not scene.front


def test_a_swipe_down_from_the_status_bar_opens_the_shade(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    phone.swipe(500, 10, 500, 900)
    assert phone.panel == "notifications"


def test_gestures_of_the_system_go_home_and_back(faults: Faults) -> None:
    phone = phone_of(faults, GESTURES)
    phone.open_link("sample://user/person_0001")
    phone.swipe(5, 1200, 600, 1200)
    assert phone.foreground == (PACKAGE, ".FeedActivity")
    phone.swipe(500, 2390, 500, 1200)
    assert phone.foreground[0] == LAUNCHER


def test_a_locked_phone_shows_its_keyguard_and_no_keys(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    phone.suffer(Strike(Fault.LOCKED))
    assert sorted(kinds(phone.windows())) == ["status_bar", "system"]


def test_the_bars_are_on_the_picture(faults: Faults) -> None:
    phone = phone_of(faults, BUTTONS)
    shown = {node.content_desc for node in phone.scene().picture.walk()}
    assert {"Back", "Home", "Overview"} <= shown
    assert phone.scene().picture.bounds == Rect(0, 0, 1080, 2400)
