"""Full screens of the sample app that stay until a person acts."""

from __future__ import annotations

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.sample.screens.stops import STOPS, UNKNOWN


def texts(phone: VirtualPhone) -> list[str]:
    return [node.text for node in phone.tree().walk() if node.text]


def ids(phone: VirtualPhone) -> set[str]:
    return {node.resource_id for node in phone.tree().walk()} - {""}


@pytest.mark.parametrize("fault", [Fault.STOP, Fault.UNKNOWN_SCREEN])
def test_a_full_screen_outlasts_links_and_restarts_until_the_phone_is_made_well(
    phone: VirtualPhone, app: SampleApp, faults: Faults, fault: Fault
) -> None:
    faults.order(Strike(fault))
    phone.start_app(PACKAGE)
    container = app.skin.id("stop" if fault is Fault.STOP else "unknown")
    for again in (lambda: phone.open_link("sample://user/person_0001"), lambda: phone.stop_app(PACKAGE)):
        again()
        phone.start_app(PACKAGE)
        assert ids(phone) == {container}, "neither tabs nor anything else that a profile knows"
    app.recover()
    assert app.skin.id("tab_home") in ids(phone)


def test_each_stop_and_each_unknown_screen_comes_in_turn(phone: VirtualPhone, app: SampleApp, faults: Faults) -> None:
    for fault, pages in ((Fault.STOP, STOPS), (Fault.UNKNOWN_SCREEN, UNKNOWN)):
        titles: set[str] = set()
        for _ in pages:
            faults.order(Strike(fault))
            phone.start_app(PACKAGE)
            titles.add(texts(phone)[0])
            app.recover()
        assert titles == {page.title["en"] for page in pages}


def test_no_button_ends_a_stop_and_the_last_one_ends_an_unknown_screen(
    phone: VirtualPhone, app: SampleApp, faults: Faults
) -> None:
    for fault, ended in ((Fault.STOP, False), (Fault.UNKNOWN_SCREEN, True)):
        faults.order(Strike(fault))
        phone.start_app(PACKAGE)
        buttons = [node for node in phone.tree().walk() if node.class_name == "android.widget.Button"]
        for each in buttons:
            phone.tap(each.bounds.center.x, each.bounds.center.y)
        assert (app.skin.id("tab_home") in ids(phone)) is ended
        app.recover()


def test_a_full_screen_uses_no_word_that_the_app_has_elsewhere(app: SampleApp) -> None:
    known = {words for words in app.skin.texts.values() if words}
    labels = [label for page in (*STOPS, *UNKNOWN) for label in (page.title, page.words, *page.buttons)]
    assert not known & {words for label in labels for words in label.values()}
