"""A session with a healthy virtual phone: every verb of `Phone`, through the real adb and the real libraries."""

from __future__ import annotations

import gc
import io
import threading
import weakref
from collections.abc import Callable

import pytest
from lxml import etree
from PIL import Image

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.phone import Foreground, Health, Phone
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.device.shell.system import System
from phonefleet.errors import AppMissing, ElementMissing, LinkRefused, NotVerified, ShellFailed
from phonefleet.geometry import Point
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Direction

PACKAGE = "com.example.notebook"
NOTE = f"{PACKAGE}:id/note"
FIRST_FIELD, SECOND_FIELD, BUTTON = Point(500, 150), Point(500, 300), Point(500, 700)


def test_a_session_is_a_phone(session: PhoneSession, serial: str) -> None:
    phone: Phone = session
    assert phone.serial == serial


def test_the_hierarchy_shows_what_is_on_the_screen(session: PhoneSession) -> None:
    root = etree.fromstring(session.hierarchy().encode())
    assert [node.get("bounds") for node in root.iter("node") if node.get("text") == "Count"] == ["[0,600][1080,800]"]


def test_the_screenshot_is_a_png_in_the_display_s_proportions(session: PhoneSession, phone: VirtualPhone) -> None:
    with Image.open(io.BytesIO(session.screenshot())) as picture:
        assert picture.format == "PNG"
        assert picture.width * phone.height == picture.height * phone.width


def test_a_tap_touches_once(session: PhoneSession, taps: list[str]) -> None:
    session.tap(BUTTON)
    assert taps == ["count"]


def test_a_swipe_upwards_shows_what_is_below(session: PhoneSession, scrolled: list[Direction]) -> None:
    session.swipe(Point(500, 2000), Point(500, 900), steps=1)
    assert scrolled == ["down"]


def test_a_text_goes_to_the_field_at_the_point_although_ids_repeat(session: PhoneSession, texts: list[str]) -> None:
    session.set_text(SECOND_FIELD, NOTE, "second")
    session.set_text(FIRST_FIELD, NOTE, "first")
    assert texts == ["first", "second"]


def test_a_text_replaces_what_stood_there_and_an_empty_one_clears_it(session: PhoneSession, texts: list[str]) -> None:
    session.set_text(FIRST_FIELD, NOTE, "a long text")
    session.set_text(FIRST_FIELD, NOTE, "short")
    assert texts[0] == "short"
    session.set_text(FIRST_FIELD, NOTE, "")
    assert texts[0] == ""


def test_without_an_id_the_focused_field_is_meant(session: PhoneSession, texts: list[str]) -> None:
    session.set_text(SECOND_FIELD, "", "by focus")
    assert texts == ["", "by focus"]


def test_a_place_that_takes_no_text_is_missing_its_field(session: PhoneSession) -> None:
    with pytest.raises(ElementMissing):
        session.set_text(BUTTON, "", "nowhere")


@pytest.mark.usefixtures("focused_button")
def test_what_has_the_focus_is_not_touched_for_a_text(session: PhoneSession, taps: list[str], texts: list[str]) -> None:
    with pytest.raises(NotVerified):
        session.set_text(Point(500, 1500), "", "words")
    assert (taps, texts) == ([], ["", ""])


def test_each_call_has_a_connection_of_its_own_since_the_server_closes_those_it_hears_nothing_of(
    session: PhoneSession, phone: VirtualPhone, taps: list[str]
) -> None:
    session.tap(BUTTON)
    with pytest.MonkeyPatch.context() as patch:
        opened: list[bool] = []
        accepts = phone.u2.accepts
        patch.setattr(phone.u2, "accepts", lambda: (opened.append(True), accepts())[1])
        session.tap(BUTTON)
        session.tap(BUTTON)
    assert (len(opened), len(taps)) == (2, 3)


def test_a_text_that_a_field_does_not_take_directly_is_pasted(
    session: PhoneSession, texts: list[str], alter: Callable[[Callable[[str], str]], None]
) -> None:
    tries: list[str] = []

    def swallow_the_first(text: str) -> str:
        tries.append(text)
        return "" if len(tries) == 1 else text

    alter(swallow_the_first)
    session.set_text(FIRST_FIELD, NOTE, "pasted 😀\nline two")
    assert texts[0] == "pasted 😀\nline two"


def test_a_field_that_shows_another_text_is_not_verified(
    session: PhoneSession, alter: Callable[[Callable[[str], str]], None]
) -> None:
    alter(str.upper)
    with pytest.raises(NotVerified, match=NOTE):
        session.set_text(FIRST_FIELD, NOTE, "quiet")


@pytest.mark.usefixtures("secret")
def test_a_password_is_set_although_it_does_not_show(session: PhoneSession, texts: list[str]) -> None:
    session.set_text(FIRST_FIELD, NOTE, "correct horse")
    assert texts[0] == "correct horse"


def test_the_phone_s_own_screenshot_is_a_png_too(session: PhoneSession, client: FastAdbClient, serial: str) -> None:
    session.heal()
    with Image.open(io.BytesIO(System(client.device(serial)).screencap())) as picture:
        assert picture.format == "PNG"


def test_a_session_that_is_closed_leaves_no_server_listening_and_starts_one_again(
    session: PhoneSession, phone: VirtualPhone, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    session.hierarchy()
    assert phone.u2.running
    session.close()
    eventually(lambda: not phone.u2.running)
    assert "Count" in session.hierarchy()
    assert phone.u2.running


def test_home_leaves_the_app_and_launch_comes_back(session: PhoneSession) -> None:
    assert session.foreground() == Foreground(PACKAGE, ".NotesActivity")
    session.press("home")
    assert session.foreground().package != PACKAGE
    session.launch(PACKAGE)
    assert session.foreground().package == PACKAGE


def test_a_stopped_app_is_not_in_front(session: PhoneSession) -> None:
    session.force_stop(PACKAGE)
    assert session.foreground().package != PACKAGE


def test_a_link_arrives_as_it_is(session: PhoneSession, links: list[str]) -> None:
    url = 'notes://page?title=it\'s "$HOME" & `id`;#1'
    session.open_link(url, PACKAGE)
    assert links == [url]


def test_a_link_that_the_app_does_not_know_is_refused_for_good(session: PhoneSession) -> None:
    with pytest.raises(LinkRefused, match="does not open the address other://page"):
        session.open_link("other://page", PACKAGE)


def test_the_installed_version_is_read(session: PhoneSession) -> None:
    assert session.app_version(PACKAGE) == "3.1.4"


ABSENT = "com.example.absent"
USES: dict[str, Callable[[PhoneSession], object]] = {
    "launch": lambda session: session.launch(ABSENT),
    "app_version": lambda session: session.app_version(ABSENT),
    "open_link": lambda session: session.open_link("notes://page", ABSENT),
}


@pytest.mark.parametrize("use", USES)
def test_an_app_that_is_not_installed_is_missing(session: PhoneSession, use: str) -> None:
    with pytest.raises(AppMissing, match=ABSENT):
        USES[use](session)


def test_health_tells_battery_display_and_keyguard(session: PhoneSession, phone: VirtualPhone) -> None:
    assert session.health() == Health(phone.battery.level, charging=True, awake=True, locked=False)


def test_a_sleeping_phone_wakes_and_its_insecure_keyguard_goes(session: PhoneSession, phone: VirtualPhone) -> None:
    phone.display_on, phone.locked = False, True
    before = session.health()
    assert (before.awake, before.locked) == (False, True)
    session.wake()
    after = session.health()
    assert (after.awake, after.locked) == (True, False)


def test_the_power_key_switches_the_display_off(session: PhoneSession) -> None:
    session.press("power")
    assert not session.health().awake


def test_a_shell_command_with_another_exit_code_fails_and_says_what_was_said(session: PhoneSession) -> None:
    with pytest.raises(ShellFailed, match="exit code"):
        session.shell(["ls", "/no/such/folder"])


def test_one_session_is_kept_per_serial(client: FastAdbClient, serial: str, taps: list[str]) -> None:
    sessions = Sessions(client)
    assert sessions.get(serial) is sessions.get(serial)
    sessions.get(serial).tap(BUTTON)
    sessions.close_all()
    sessions.get(serial).tap(BUTTON)
    sessions.close(serial)
    sessions.close(serial)
    assert len(taps) == 2


def test_a_closed_session_leaves_nothing_behind(
    session: PhoneSession, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    before = set(threading.enumerate())
    automation = weakref.ref(session.automation)
    [reader] = [thread for thread in threading.enumerate() if thread not in before and thread.name == "wait_adb_conn"]
    session.close()
    gc.collect()
    assert automation() is None
    eventually(lambda: not reader.is_alive())
    assert "wait_adb_conn" not in [thread.name for thread in threading.enumerate() if thread not in before]


def test_a_closed_session_opens_again(session: PhoneSession, taps: list[str]) -> None:
    session.tap(BUTTON)
    session.close()
    session.tap(BUTTON)
    assert len(taps) == 2
