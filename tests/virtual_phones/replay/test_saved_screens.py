"""What a replay phone shows: the saved screen as it is, in every way in which a phone can be asked for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from tests.replaying import PACKAGE, Replayed, hierarchy, save, view
from virtual_phones.faults import Faults
from virtual_phones.languages import stored_locale, system_locales
from virtual_phones.replay.manifest import load
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import TouchLog
from virtual_phones.screen.hierarchy import dump_windows
from virtual_phones.shell.commands.display import screen

SYSTEM = "com.android.systemui"
STATUS_BAR = view("[0,0][1080,80]", view("[20,10][90,70]", package=SYSTEM, id="clock", text="9:41"), package=SYSTEM)
APP = view(
    "[0,0][1080,2400]",
    view("[0,-90][1080,-10]", id="scrolled_away", text="above"),
    view("[0,100][1080,100]", id="no_height"),
    view("[0,200][1080,400]", id="title", text='Tom & "Ann" <3 😀', desc="a\nb", index="7", drawing_order="12"),
    view("[0,400][1080,500]", kind="SeekBar", text="50", NAF="true", extra="kept"),
    view("[900,300][2000,900]", id="beyond", clickable=True, enabled=False, selected=True),
    kind="FrameLayout",
)  # fmt: skip
COVER = view("[0,0][720,748]", package="com.sec.android.app.launcher", display_id="1")

Phones = Callable[..., ReplayPhone]


@pytest.fixture
def phone_of(tmp_path: Path) -> Phones:
    def build(*windows: str, rotation: int = 0, picture: bytes | None = None, language: str = "en") -> ReplayPhone:
        pictures = {"one": picture} if picture else {}
        screens = {"one": hierarchy(*windows, rotation=rotation)}
        folder = save(tmp_path, screens, pictures=pictures, language=language)
        return ReplayPhone("phone-1", "Replay", Faults(), load(folder), TouchLog())

    return build


def dumped(phone: ReplayPhone) -> str:
    windows = ((window.root, window.display) for window in phone.windows())
    return dump_windows(windows, phone.display, rotation=phone.rotation)


def nodes(xml: str) -> list[dict[str, str]]:
    found = etree.fromstring(xml.encode()).iter("node")
    return [{str(name): str(value) for name, value in node.attrib.items()} for node in found]


def test_what_is_dumped_is_the_file_node_by_node(phone_of: Phones) -> None:
    windows = (STATUS_BAR, APP, COVER)

    assert nodes(dumped(phone_of(*windows))) == nodes(hierarchy(*windows))


@pytest.mark.parametrize("windows", [(STATUS_BAR, APP), (APP, STATUS_BAR)])
def test_androids_own_tool_shows_the_active_window(phone_of: Phones, windows: tuple[str, str]) -> None:
    assert nodes(screen.dump(phone_of(*windows))) == nodes(APP)


def test_a_turned_screen_turns_the_phone(phone_of: Phones) -> None:
    phone = phone_of(view("[0,0][2400,1080]"), rotation=3)

    assert (phone.width, phone.height, phone.rotation) == (2400, 1080, 3)
    assert '<hierarchy rotation="3">' in dumped(phone)
    assert phone.physical == (1080, 2400)


def test_a_phone_cannot_be_turned_while_a_saved_screen_shows(phone_of: Phones) -> None:
    phone = phone_of(APP)

    phone.rotation = 1

    assert phone.rotation == 0
    phone.go_home()
    assert (phone.rotation, phone.width) == (1, 2400)


def test_the_saved_picture_is_what_the_phone_shows(phone_of: Phones) -> None:
    png = io.BytesIO()
    Image.new("RGB", (540, 1200), "#336699").save(png, "PNG")

    picture = phone_of(APP, picture=png.getvalue()).picture()

    assert picture.size == (1080, 2400)
    assert picture.getpixel((500, 500)) == (0x33, 0x66, 0x99)


def test_a_screen_without_a_picture_is_drawn(phone_of: Phones) -> None:
    picture = phone_of(STATUS_BAR, APP).picture(0.5)

    assert picture.size == (540, 1200)
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 2


def test_the_app_is_in_front_also_below_a_dialog_of_the_system(phone_of: Phones) -> None:
    crash = view("[70,1000][1010,1400]", package="android")

    assert phone_of(STATUS_BAR, APP).foreground == (PACKAGE, ".MainActivity")
    assert phone_of(crash).foreground == (PACKAGE, ".MainActivity")


@pytest.mark.parametrize("other", ["com.example.browser", SYSTEM, "com.google.android.permissioncontroller"])
def test_what_covers_the_display_without_the_app_is_in_front(phone_of: Phones, other: str) -> None:
    assert phone_of(STATUS_BAR, view("[0,0][1080,2400]", package=other)).foreground[0] == other


def test_a_saved_keyguard_locks_the_phone_until_a_step_leads_away(tmp_path: Path) -> None:
    keyguard = view(
        "[0,0][1080,2400]", view("[0,0][1080,900]", package=SYSTEM, id="keyguard_clock", text="10:24"), package=SYSTEM
    )
    screens = {"lock": hierarchy(keyguard), "feed": hierarchy(APP)}
    folder = save(tmp_path, screens, [{"on": "lock", "swipe": "up", "goto": "feed"}])
    phone = ReplayPhone("phone-1", "Replay", Faults(), load(folder), TouchLog())
    locked = phone.locked
    stays = phone.dismiss_keyguard()

    phone.swipe(500, 2000, 500, 500)

    assert (locked, stays) == (True, False)
    assert (phone.locked, phone.saved_screen) == (False, "feed")


def test_windows_of_another_display_make_it_a_phone_with_two(phone_of: Phones) -> None:
    phone = phone_of(APP, COVER)

    assert phone.equipment.second_display
    assert [window.display for window in phone.windows()] == [0, 1]


def test_the_phone_has_the_version_and_the_language_of_the_manifest(phone_of: Phones) -> None:
    phone = phone_of(APP, language="ru_RU")

    assert phone.apps[PACKAGE].version_name == "1.2.3"
    assert (stored_locale(phone), system_locales(phone)) == ("ru-RU", "ru-RU")


def test_home_shows_the_launcher_and_a_start_the_screen_that_was_left(replayed: Replayed) -> None:
    replayed.show("search")

    replayed.fleet.call(lambda: replayed.phone.press("home"))
    at_home = replayed.screen
    replayed.fleet.call(lambda: replayed.phone.start_app(PACKAGE))
    back = replayed.screen
    replayed.fleet.call(lambda: replayed.phone.stop_app(PACKAGE))
    replayed.fleet.call(lambda: replayed.phone.start_app(PACKAGE))

    assert (at_home, back, replayed.screen) == (None, "search", "feed")
