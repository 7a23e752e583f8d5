"""The page of all phones, in a real browser: what is clicked there is touched by a hand.

Needs a Chromium: `just browser`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docs.pictures.browser import Page, browser
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CLICK = """new Promise(done => {
  const image = document.querySelector("img"), box = image.getBoundingClientRect();
  const touch = kind => image.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true }));
  image.setPointerCapture = () => {};
  image.addEventListener("load", () => done("touched"), {once: true});
  touch("pointerdown"); touch("pointerup");
})"""
GO_HOME = """new Promise(done => {
  document.querySelector("img").addEventListener("load", () => done("pressed"), {once: true});
  document.querySelector("button[value=home]").click();
})"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened


def test_a_click_on_a_picture_touches_the_phone_there(page: Page) -> None:
    with BackgroundFleet(FleetOptions(count=1, base_port=0, seed=7)) as fleet:
        phone = fleet.phone(fleet.serials[0])
        page.open(f"{fleet.world_url}/")
        assert page.evaluate(CLICK) == "touched"
        positions = {each.code: each.value for each in phone.kernel.since(0) if each.kind == "EV_ABS"}
        middle = 2048
        assert abs(positions["ABS_MT_POSITION_X"] - middle) < middle // 50
        assert abs(positions["ABS_MT_POSITION_Y"] - middle) < middle // 50


def test_the_keys_below_a_picture_are_pressed(page: Page) -> None:
    with BackgroundFleet(FleetOptions(count=1, base_port=0, seed=7)) as fleet:
        phone = fleet.phone(fleet.serials[0])
        fleet.call(lambda: phone.start_app("com.phonefleet.sample"))
        page.open(f"{fleet.world_url}/")
        assert page.evaluate(GO_HOME) == "pressed"
        assert fleet.call(lambda: phone.front) is None
