"""Screens saved as files: which page each is, which selectors resolve, and what is wrong with damaged ones."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.apps.saved_screens import SavedScreenBroken, ServiceBroken, check_saved, read_screen
from phonefleet.errors import UnsupportedApp
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.screen.hierarchy import EMPTY_NODE

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
    ("fault", "kind", "page", "name"),
    [
        (Fault.POPUP_RATING, "page", "popup: rating", "rating"),
        (Fault.ANR, "system_dialog", None, "not responding"),
        (Fault.CHALLENGE, "challenge", "challenge: code", "code"),
        (Fault.CRASH, "foreign", None, "com.android.launcher3"),
    ],
)
def test_what_lies_over_a_page_is_told_instead(  # noqa: PLR0913, PLR0917 - what happens, and what is told
    driver: AppDriver,
    phone: DirectPhone,
    faults: Faults,
    tmp_path: Path,
    fault: Fault,
    kind: str,
    page: str | None,
    name: str,
) -> None:
    faults.order(Strike(fault))
    phone.launch(SAMPLE.package)
    file = tmp_path / "screen.xml"
    file.write_text(phone.hierarchy(), encoding="utf-8")
    [found] = check_saved(SAMPLE, {file: read_screen(file, SAMPLE.package)}, driver.profile.version).screens
    assert (found.kind, found.page, found.seen.name) == (kind, page, name)


def test_a_dump_of_a_broken_accessibility_service_is_told_from_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(f"{EMPTY_NODE}UI hierchary dumped to: /dev/tty", encoding="utf-16")
    with pytest.raises(ServiceBroken, match="shows nothing: the phone's accessibility service is broken"):
        read_screen(file, SAMPLE.package)
    [found] = check_saved(SAMPLE, {file: None}).screens
    assert (found.kind, found.page, {each.count for each in found.sightings.values()}) == ("broken", None, {0})


def test_a_named_version_is_not_guessed(tmp_path: Path) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(WHOLE, encoding="utf-8")
    screens = {file: read_screen(file, SAMPLE.package)}
    assert check_saved(SAMPLE, screens, "1.4.2").version == "1.4.2"
    assert check_saved(SAMPLE, screens).screens[0].page is None
    with pytest.raises(UnsupportedApp):
        check_saved(SAMPLE, screens, "9.0")


@pytest.mark.parametrize("content", ["<hierarchy rotation='0'/>", "<hierarchy></hierarchy>UI hierchary dumped to: x"])
def test_a_hierarchy_without_nodes_is_one_of_a_broken_service(tmp_path: Path, content: str) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ServiceBroken, match="it has no nodes; save the screen again"):
        read_screen(file, SAMPLE.package)


@pytest.mark.parametrize("form", ["<hierarchy xmlns='urn:x' ", "<a:hierarchy xmlns:a='urn:x' a:who='me' "])
def test_namespaces_and_raw_control_characters_do_not_count(tmp_path: Path, form: str) -> None:
    file = tmp_path / "screen.xml"
    written = WHOLE.replace("<hierarchy ", form).replace("<node ", "<node text='a\x01b' ", 1)
    end = "</a:hierarchy>" if form.startswith("<a:") else "</hierarchy>"
    file.write_text(written.replace("</hierarchy>", end), encoding="utf-8")
    assert read_screen(file, SAMPLE.package).elements[0].text == "a.b"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "it is empty; save the screen again"),
        ("\ufeff\r\n".encode("utf-16-le"), "it is empty"),
        (b"\xff\xfe<\x00", "it holds no XML, only '<'; save the screen again"),
        (b"\xe9" + WHOLE.encode(), "it is no text: invalid continuation byte at byte 0; save it as UTF-8"),
        (b"ERROR: could not get idle state.", "holds no XML, only 'ERROR: could not get idle state.'; save .* again"),
        (b'{"jsonrpc": "2.0", "result": "x"}', "holds no XML, only "),
        (WHOLE[:-20].encode(), r"its XML breaks in line 1 \(.*\); the file is cut off: save the screen again"),
        (WHOLE.replace("><", ">\n<")[:-20].encode(), r"its XML breaks in line 3 \(.*\); the file is cut off"),
        (b"a warning\nanother\n" + WHOLE.replace("/>", " x=y />").encode(), r"breaks in line 3 \(.*\); mend that line"),
        (WHOLE[120:].encode(), "it holds no XML|its XML breaks"),
        (WHOLE.replace("[0,0]", "[0,").encode(), "line 1: a node is damaged, not a bounds attribute.*save"),
        (WHOLE.replace('rotation="0"', 'rotation="up"').encode(), "its rotation is 'up', which is no number"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><hierarchy/>", "declares a document type"),
        (WHOLE.replace("<node ", '<node display-id="second" ').encode(), "invalid literal for int.*'second'"),
        (b"<hierarchy rotation='0'/>", "it shows nothing: it has no nodes; save the screen again"),
        (b"<hierarchy rotation='0' />UI hierchary dumped to: /dev/tty", "it shows nothing: it has no nodes"),
        (b"<html><body>no</body></html>", "its XML is of <html>, which is no hierarchy of views"),
        (gzip.compress(WHOLE.encode()), "it is compressed by gzip: unpack it first"),
        (b"PK\x03\x04" + bytes(20), "it is a ZIP archive: unpack it first"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "it is a picture, which goes to --picture"),
        (b"<a>" * 300 + b"</a>" * 300, "is no screen as"),
        (
            f"{WHOLE}\n{WHOLE.replace('[1,1]', '[2,2]')}".encode(),
            "it holds 2 screens, which begin in the lines 1 and 2: save each in a file of its own",
        ),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "screen.xml"
    file.write_bytes(content)
    with pytest.raises(SavedScreenBroken, match=complaint) as caught:
        read_screen(file, SAMPLE.package)
    assert caught.value.message.startswith(f"{file} is no screen as `uiautomator dump` writes it: ")


LINES = WHOLE.replace("><", ">\n<")
DUMPED = "UI hierchary dumped to: /dev/tty"
WARNED = "WARNING: linker: /system/lib64/libx.so has text relocations <wasting memory>"
APPIUM = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<hierarchy index="0" class="hierarchy" rotation="0" width="1" height="1">
  <android.widget.FrameLayout index="0" package="com.phonefleet.sample" bounds="[0,0][1,1]" displayed="true">
    <android.widget.Button index="0" package="com.phonefleet.sample" text="seen" bounds="[0,0][1,1]" displayed="true"/>
    <android.view.View package="com.phonefleet.sample" text="unseen" bounds="[0,0][1,1]" displayed="false"/>
  </android.widget.FrameLayout>
  <android.widget.Toast index="1" package="com.android.settings" text="no place" displayed="true"/>
</hierarchy>
"""
WINDOWS = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><displays><display id="0">
<window index="0" id="7" title="bar" bounds="[0,0][1,1]" active="false"><hierarchy rotation="0">
{NODE.replace("phonefleet.sample", "android.systemui")}</hierarchy></window>
<window index="1" id="8" title="app" bounds="[0,0][1,1]" active="true"><hierarchy rotation="0">
{NODE}</hierarchy></window></display>
<display id="2"><window><hierarchy rotation="0">{NODE}</hierarchy></window></display>
</displays>"""


@pytest.mark.parametrize(
    "content",
    [
        f"{WHOLE}{DUMPED}".encode(),
        f"{WHOLE}\n{DUMPED}\n".encode(),
        f"{DUMPED}\n{WHOLE}".encode(),
        f"{DUMPED}{WHOLE}".encode(),
        f"{WARNED}\n* daemon not running; starting now at tcp:5037\n* daemon started successfully\n{LINES}".encode(),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r\r\n").encode(),
        WHOLE.encode("utf-8-sig"),
        WHOLE.encode("utf-16"),
        b"\xfe\xff" + WHOLE.encode("utf-16-be"),
        WHOLE.encode("utf-16-le"),
        WHOLE.encode("utf-16-be"),
        WHOLE.replace("UTF-8", "UTF-16").encode("utf-16"),
        f"{WARNED}\r\n{WHOLE}{DUMPED}\r\n".encode("utf-16"),
        f"<?xml version='1.0'?>\n{WHOLE}".encode(),
        f"{WHOLE}\n{WHOLE}".encode(),
        f"```xml\n{WHOLE}\n```\n".encode(),
        NODE.encode(),
        WINDOWS.encode(),
        f"{WINDOWS}{DUMPED}".encode(),
    ],
)
def test_a_screen_is_read_in_every_form_that_people_save(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "screen.xml"
    file.write_bytes(content)
    [element] = read_screen(file, SAMPLE.package).elements
    assert (element.package, str(element.bounds)) == (SAMPLE.package, "[0,0][1,1]")


def test_the_page_source_of_appium_is_read_without_what_nobody_sees(tmp_path: Path) -> None:
    file = tmp_path / "source.xml"
    file.write_text(APPIUM, encoding="utf-8")
    seen = read_screen(file, SAMPLE.package).elements
    assert [(each.class_name, each.text) for each in seen] == [
        ("android.widget.FrameLayout", ""),
        ("android.widget.Button", "seen"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#55357;&#56832;", "\U0001f600"),
        ("&#xD83D;&#xDE00;", "\U0001f600"),
        ("&#0;&#55357;", ".."),
        ("&#128512;", "\U0001f600"),
    ],
)
def test_letters_that_xml_cannot_hold_are_read_as_far_as_they_can_be(tmp_path: Path, written: str, read: str) -> None:
    file = tmp_path / "screen.xml"
    file.write_text(WHOLE.replace("<node ", f'<node text="{written}" '), encoding="utf-8")
    assert [each.text for each in read_screen(file, SAMPLE.package).elements] == [read]


def test_an_editors_encoding_is_taken_from_the_declaration(tmp_path: Path) -> None:
    file = tmp_path / "screen.xml"
    text = WHOLE.replace("<node ", '<node text="Подписаться" ').replace("UTF-8", "windows-1251")
    file.write_bytes(text.encode("cp1251"))
    assert [each.text for each in read_screen(file, SAMPLE.package).elements] == ["Подписаться"]


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(SavedScreenBroken, match="cannot be read: "):
            read_screen(file, SAMPLE.package)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=200) | st.text(alphabet="<>/node= \"'[]&;", max_size=60).map(str.encode))
def test_whatever_a_file_holds_it_is_a_screen_or_one_clear_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "screen.xml"
    file.write_bytes(content)
    with pytest.raises(SavedScreenBroken):
        read_screen(file, SAMPLE.package)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    form=st.sampled_from([WHOLE, LINES, APPIUM, WINDOWS, f"{WARNED}\n{WHOLE}{DUMPED}"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    start=st.integers(0, 2000),
    gone=st.integers(0, 300),
    put=st.binary(max_size=4),
)
def test_a_damaged_screen_is_still_one_or_one_clear_error(  # noqa: PLR0913, PLR0917 - what is damaged, where, and how
    tmp_path: Path, form: str, encoding: str, start: int, gone: int, put: bytes
) -> None:
    file = tmp_path / "screen.xml"
    whole = form.encode(encoding)
    file.write_bytes(whole[:start] + put + whole[start + gone :])
    try:
        screen = read_screen(file, SAMPLE.package)
    except SavedScreenBroken as error:
        assert error.message.startswith(str(file))  # noqa: PT017 - either is right
    else:
        assert check_saved(SAMPLE, {file: screen}).screens
