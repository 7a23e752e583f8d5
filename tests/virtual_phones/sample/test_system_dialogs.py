"""The system's dialogs over the sample app: what they are made of, how they fade, and what a second touch would hit."""

from __future__ import annotations

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.sample.system_dialogs import MAKERS
from virtual_phones.screen.hierarchy import dump_windows
from virtual_phones.screen.node import Node
from virtual_phones.world import World


def strike(phone: VirtualPhone, faults: Faults, fault: Fault) -> None:
    faults.order(Strike(fault))
    assert phone.open_link("sample://user/person_0001", PACKAGE)


def look(phone: VirtualPhone) -> str:
    return dump_windows(((window.root, window.display) for window in phone.windows()), phone.display)


def named(phone: VirtualPhone, ending: str) -> list[Node]:
    return [node for node in phone.tree().walk() if node.resource_id.endswith(f":id/{ending}")]


def touch(phone: VirtualPhone, node: Node) -> None:
    phone.tap(node.bounds.center.x, node.bounds.center.y)


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_a_refused_permission_is_asked_for_once_more_by_another_form(
    phone: VirtualPhone, app: SampleApp, faults: Faults, maker: str
) -> None:
    app.maker = MAKERS[maker]
    for deny in (app.maker.deny, app.maker.deny_again):
        strike(phone, faults, Fault.PERMISSION)
        seen = look(phone)
        assert f'package="{app.maker.package}"' in seen
        assert f'package="{PACKAGE}"' not in seen, "accessibility sees nothing behind a dialog"
        touch(phone, named(phone, deny)[0])
        look(phone)
    assert [effect for _, effect in app.answers] == ["refuse", "refuse"]


def test_old_phones_ask_the_second_time_with_a_box(phone: VirtualPhone, app: SampleApp, faults: Faults) -> None:
    app.maker = MAKERS["android 8"]
    boxes: list[int] = []
    for _ in range(2):
        strike(phone, faults, Fault.PERMISSION)
        boxes.append(len(named(phone, "do_not_ask_checkbox")))
        touch(phone, named(phone, "permission_deny_button")[0])
        look(phone)
    assert boxes == [0, 1]


def test_after_three_permissions_were_refused_twice_the_app_asks_no_more(
    phone: VirtualPhone, app: SampleApp, faults: Faults
) -> None:
    for _ in range(8):
        strike(phone, faults, Fault.PERMISSION)
        for button in named(phone, app.maker.deny) or named(phone, app.maker.deny_again):
            touch(phone, button)
        look(phone)
    assert [effect for _, effect in app.answers] == ["refuse"] * 6


def test_an_answered_dialog_shows_once_more_and_a_second_touch_lands_below_it(
    phone: VirtualPhone, app: SampleApp, faults: Faults, world: World
) -> None:
    strike(phone, faults, Fault.BATTERY_DIALOG)
    [answer] = named(phone, "button1")
    owner = named(phone, app.skin.ids["profile_button"])[0]
    touch(phone, answer)
    touch(phone, owner)
    assert [follow["followee"] for follow in world.dump()["follows"]] == ["person_0001"], "it takes no touches any more"
    assert 'text="OK"' in look(phone)
    assert 'text="OK"' not in look(phone)


@pytest.mark.parametrize("button", ["aerr_close", "aerr_app_info"])
def test_an_app_that_keeps_stopping_is_gone_when_its_dialog_has_faded(
    phone: VirtualPhone, faults: Faults, button: str
) -> None:
    strike(phone, faults, Fault.KEEPS_STOPPING)
    assert not named(phone, "aerr_wait")
    assert not named(phone, "profile_username"), "nothing of the app is left"
    touch(phone, named(phone, button)[0])
    look(phone)
    assert phone.front is None
    phone.start_app(PACKAGE)
    assert phone.front is not None


def test_an_app_that_has_stopped_starts_anew_by_a_link(phone: VirtualPhone, app: SampleApp, faults: Faults) -> None:
    strike(phone, faults, Fault.KEEPS_STOPPING)
    assert phone.open_link("sample://user/person_0002", PACKAGE)
    assert named(phone, app.skin.ids["profile_username"])
    assert not named(phone, "aerr_close")


def test_a_computer_that_wants_to_debug_is_refused_by_the_second_button(
    phone: VirtualPhone, app: SampleApp, faults: Faults
) -> None:
    for button, effect in (("button1", "grant"), ("button2", "none")):
        strike(phone, faults, Fault.USB_DIALOG)
        touch(phone, named(phone, button)[0])
        look(phone)
        assert app.answers[-1] == (f"android:id/{button}", effect)
