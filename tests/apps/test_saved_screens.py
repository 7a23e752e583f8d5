"""Screens saved as files: which page each is, which selectors resolve, and what is wrong with damaged ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.apps.recognition import page_of
from phonefleet.apps.saved_screens import SavedScreenBroken, check_saved, read_screen
from phonefleet.apps.screens.screen import Screen
from phonefleet.errors import UnsupportedApp
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike

SAMPLE = load_profile("sample")
NODE = '<node package="com.phonefleet.sample" bounds="[0,0][1,1]" />'
WHOLE = f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">{NODE}</hierarchy>"


def search(driver: AppDriver, query: str) -> None:
    driver.tap(driver.wait_for("search_tab")[1])
    driver.type_into(driver.wait_for("search_field")[1], query)
    driver.wait_for("search_username", "search_nothing")


VISITS: dict[str, Callable[[AppDriver], object]] = {
    "feed": lambda driver: driver.wait_for("feed"),
    "profile": lambda driver: ProfilePage(driver).open_direct("person_0640"),
    "own profile": lambda driver: ProfilePage(driver).open_direct("shop_001"),
    "missing profile": lambda driver: driver.open_link("user", username="nobody_bears_this_name"),
    "account switcher": lambda driver: AccountSwitcher(driver).open(),
    "search": lambda driver: driver.tap(driver.wait_for("search_tab")[1]),
    "search results": lambda driver: search(driver, "person_0641"),
    "no search results": lambda driver: search(driver, "nobody_bears_this_name"),
}


@pytest.mark.parametrize("page", VISITS)
def test_each_page_of_the_app_is_recognized_in_a_file(driver: AppDriver, tmp_path: Path, page: str) -> None:
    driver.ensure_started()
    VISITS[page](driver)
    file = tmp_path / "screen.xml"
    file.write_text(driver.look().xml, encoding="utf-8")
    check = check_saved(SAMPLE, {file: read_screen(file, SAMPLE.package)})
    assert [screen.page for screen in check.screens] == [page]
    assert SAMPLE.for_version(driver.profile.version).selectors == next(
        each.selectors for each in SAMPLE.variants() if each.version == check.version
    )
    assert any(each.resolved for each in check.resolutions)


@pytest.mark.parametrize(
    ("fault", "page"),
    [
        (Fault.POPUP_RATING, "popup: rating"),
        (Fault.ANR, "popup: not responding"),
        (Fault.CHALLENGE, "challenge: code"),
    ],
)
def test_what_lies_over_a_page_is_told_instead(
    driver: AppDriver, phone: DirectPhone, faults: Faults, fault: Fault, page: str
) -> None:
    faults.order(Strike(fault))
    phone.launch(SAMPLE.package)
    assert page_of(driver.profile, Screen.parse(phone.hierarchy())) == page


def test_a_named_version_is_not_guessed(tmp_path: Path) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(WHOLE, encoding="utf-8")
    screens = {file: read_screen(file, SAMPLE.package)}
    assert check_saved(SAMPLE, screens, "1.4.2").version == "1.4.2"
    assert check_saved(SAMPLE, screens).screens[0].page is None
    with pytest.raises(UnsupportedApp):
        check_saved(SAMPLE, screens, "9.0")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no screen as `uiautomator dump` writes it"),
        (b"\xff\xfe<\x00", "is no text: invalid start byte at byte 0"),
        (b"ERROR: could not get idle state.", "is no screen as"),
        (WHOLE[:-20].encode(), "is no screen as"),
        (WHOLE.replace("[0,0]", "[0,").encode(), "is no screen as .*not a bounds attribute"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><hierarchy/>", "is no screen as .*declares a document type"),
        (b"<hierarchy rotation='0'/>", "shows nothing: it has no nodes"),
        (
            WHOLE.replace("com.phonefleet.sample", "com.android.settings").encode(),
            "shows com.android.settings, not com",
        ),
        (b"<a>" * 300 + b"</a>" * 300, "is no screen as|shows nothing"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "screen.xml"
    file.write_bytes(content)
    with pytest.raises(SavedScreenBroken, match=complaint) as caught:
        read_screen(file, SAMPLE.package)
    assert caught.value.message.startswith(str(file))


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(SavedScreenBroken, match="cannot be read: "):
            read_screen(file, SAMPLE.package)


def test_a_mark_of_utf_8_at_the_beginning_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(WHOLE, encoding="utf-8-sig")
    assert len(read_screen(file, SAMPLE.package).elements) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=200) | st.text(alphabet="<>/node= \"'[]&;", max_size=60).map(str.encode))
def test_whatever_a_file_holds_it_is_a_screen_or_one_clear_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "screen.xml"
    file.write_bytes(content)
    with pytest.raises(SavedScreenBroken):
        read_screen(file, SAMPLE.package)
