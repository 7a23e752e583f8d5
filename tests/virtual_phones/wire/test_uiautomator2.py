"""The real uiautomator2 on a virtual phone: how it starts its server, types, and ends."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uiautomator2
from adbutils import AdbDevice

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike

SAMPLE = "com.phonefleet.sample"


@pytest.fixture
def driver(device: AdbDevice) -> Iterator[Any]:
    """A connected `uiautomator2.Device`, untyped as the library is."""
    logging.getLogger("uiautomator2").setLevel(logging.WARNING)
    driver: Any = uiautomator2.connect(device)
    yield driver
    driver.stop_uiautomator(wait=False)


def test_connecting_starts_the_server_on_the_phone(driver: Any, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(driver.serial)

    assert driver.info["productName"] == "virtual_phone_1"
    assert fleet.call(lambda: phone.u2.running)
    assert "app_process" in driver.shell("ps -A").output


def test_closing_the_shell_stream_ends_the_server(
    driver: Any, fleet: BackgroundFleet, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    phone = fleet.phone(driver.serial)

    driver.stop_uiautomator()

    eventually(lambda: not fleet.call(lambda: phone.u2.running))


def test_a_killed_server_is_started_again(driver: Any) -> None:
    driver.shell("pkill -f com.wetest.uia2.Main")

    assert driver.info["screenOn"]


@pytest.mark.parametrize("pattern", ["com.wetest.uia2.Main", "'[c]om.wetest.*Main'"])
def test_processes_are_ended_by_a_regular_expression(driver: Any, fleet: BackgroundFleet, pattern: str) -> None:
    phone = fleet.phone(driver.serial)
    assert driver.info["screenOn"]

    driver.shell(f"pkill -f {pattern}")

    assert not fleet.call(lambda: phone.u2.running)


def test_a_server_that_will_not_start_quits(device: AdbDevice, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(str(device.serial))
    fleet.call(lambda: phone.faults.order(Strike(Fault.WONT_START)))

    quit_at_once = device.shell2("CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main -p 9008")

    assert "already registered" in quit_at_once.output
    assert quit_at_once.returncode == 1


def test_apps_are_watched_by_their_process(driver: Any) -> None:
    session = driver.session(SAMPLE)
    running = session.running()
    driver.app_stop(SAMPLE)

    assert running
    assert not session.running()
    assert SAMPLE not in driver.app_list_running()


def test_text_arrives_by_broadcast(driver: Any, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(driver.serial)
    _open_a_field(fleet, driver)
    driver.set_input_ime()

    sent = driver._must_broadcast  # noqa: SLF001 - what send_keys calls where the clipboard is not used
    sent("ADB_KEYBOARD_INPUT_TEXT", {"text": "R3LDvMOfZSDwn5mC"})

    focused = fleet.call(lambda: phone.focused_node)
    assert focused is not None
    assert focused.text == "Grüße 🙂"


def test_a_keyboard_that_does_not_receive_answers_so(driver: Any, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(driver.serial)
    _open_a_field(fleet, driver)
    driver.set_input_ime()
    fleet.call(lambda: phone.faults.order(Strike(Fault.IME_FAILS)))

    lost, received = (driver._broadcast("ADB_KEYBOARD_CLEAR_TEXT").code for _ in range(2))  # noqa: SLF001 - as above

    assert (lost, received) == (0, -1)


def _open_a_field(fleet: BackgroundFleet, driver: Any) -> None:
    """Start the sample app and focus the first field that it has, on whichever of its tabs."""
    phone = fleet.phone(driver.serial)

    def focus() -> bool:
        for node in list(phone.tree().walk()):
            if node.on_text is not None:
                phone.focus(node)
                return True
        return False

    driver.app_start(SAMPLE)
    tabs = [node.bounds.center for node in fleet.call(phone.tree).walk() if node.on_tap is not None]
    for tab in reversed(tabs):
        if fleet.call(focus):
            return
        driver.shell(["input", "tap", str(tab.x), str(tab.y)])
    assert fleet.call(focus)
