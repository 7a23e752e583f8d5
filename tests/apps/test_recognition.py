"""What a screen is: a page, something that came in between, or nothing that is known, in whatever language."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
import yaml

from phonefleet.apps import load_profile
from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.foreign import front_of_others, is_launcher
from phonefleet.apps.recognition import Seen, kind_of, kind_of_dump, may_be_a_stop, page_of
from phonefleet.apps.schema import ProfileRules
from phonefleet.apps.screens.screen import Screen
from tests.apps.made_up import BARS, FULL, PACKAGE, SYSTEM_UI, MadeUpDialog, button_of, dump, node

SAMPLE = load_profile("sample").for_version("1.4.2")
NBSP = "\u00a0"
TEXT = {"class": "android.widget.TextView"}


def says(words: str, name: str = "", **more: object) -> str:
    given: dict[str, Any] = {**TEXT, "resource-id": f"{PACKAGE}:id/{name}" if name else "", **more}
    return node(words, "[60,400][1020,520]", **given)


def app(*inner: str) -> str:
    return node(inner="".join(inner))


def system_ui(name: str, bounds: str = FULL) -> str:
    return node(
        "", bounds, SYSTEM_UI, node("11:11", "[0,400][900,500]", SYSTEM_UI, resource_id=f"{SYSTEM_UI}:id/{name}")
    )


def other(package: str) -> str:
    return node("", package=package, inner=node("Something", "[0,400][900,500]", package))


FEED = app(says("", "feed_list"), says("", "feed_tab", content_desc="Home"))
STOPS = {
    "English": app(says("Confirm your age"), says("Upload a photo of your ID"), says("Send", clickable="true")),
    "Russian": app(says("Подтвердите, что это вы"), says("Загрузить документ", clickable="true")),
    "French": app(says("Votre compte est suspendu"), says("Faire appel", clickable="true")),
    "only a picture to touch": app(node(bounds="[60,400][1020,900]", clickable="true")),
    "a web page": app(node(bounds=FULL, **{"class": "android.webkit.WebView"})),
    "a code to be typed": app(says("Code"), node("", "[60,600][1020,700]", **{"class": "android.widget.EditText"})),
    "one of several steps": app(
        says("Step 1 of 3"), node("", "[0,200][1080,210]", **{"class": "android.widget.ProgressBar"}), says("Next")
    ),
}  # fmt: skip
NO_STOPS = {
    "a splash screen": app(node(bounds="[300,900][780,1400]", **{"class": "android.widget.ImageView"})),
    "nothing yet": app(),
    "a spinner": app(says("Wait"), node("", "[500,900][580,980]", **{"class": "android.widget.ProgressBar"})),
    "the profile's own sign of loading": app(says("Wait"), says("", "row_loading")),
    "a known page": FEED,
    "a new page below the app's tabs": app(
        says("A shop"), says("", "feed_tab", content_desc="Home"), says("", "search_tab", content_desc="Search")
    ),
    "a page of which the name is missing": app(
        says("12 posts"), says("3", "followers_count"), says("4", "following_count"), says("Follow", "follow_button")
    ),
    "a dialog of the app": node("A new feature", "[100,900][980,1400]", inner=says("Try it", clickable="true")),
    "another app": other("org.other"),
}  # fmt: skip
KINDS = {
    "a page": (FEED, Seen("page", "feed")),
    "a challenge": (app(says("", "challenge_root")), Seen("challenge", "code")),
    "a block": (app(says("", "action_blocked_dialog")), Seen("blocked", "action blocked")),
    "a popup": (app(says("", "rating_dialog")), Seen("popup", "rating")),
    "the lock screen": (system_ui("keyguard_indication_area"), Seen("foreign", "keyguard")),
    "the lock screen, Samsung": (system_ui("lock_icon_view"), Seen("foreign", "keyguard")),
    "the lock screen's code": (system_ui("keyguard_pin_view"), Seen("foreign", "keyguard")),
    "the shade": (system_ui("notification_stack_scroller"), Seen("foreign", "shade")),
    "the quick settings": (system_ui("quick_settings_panel"), Seen("foreign", "shade")),
    "the control center": (system_ui("control_center_panel"), Seen("foreign", "shade")),
    "a lock screen of its own": (other("com.android.keyguard"), Seen("foreign", "keyguard")),
    "the launcher": (other("com.android.launcher3"), Seen("foreign", "com.android.launcher3")),
    "another app": (other("org.other"), Seen("foreign", "org.other")),
    "nobody": ("", Seen("foreign", "system")),
    "a stop": (STOPS["Russian"], Seen("unknown")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_screen_is_told_apart_in_any_order_of_its_windows(kind: str) -> None:
    window, seen = KINDS[kind]
    for order in permutations([*BARS, window]):
        assert kind_of(SAMPLE, Screen.parse(dump(*order), PACKAGE)) == seen


def permission(title: str, refuses: str) -> str:
    buttons = [button_of("OK|permission_allow_button"), button_of(refuses)]
    return MadeUpDialog("com.android.permissioncontroller", title, buttons).dump()


@pytest.mark.parametrize(
    "dialog",
    [permission("Allow?", "Deny|permission_deny_button"), permission("Разрешить?", "Запретить"),
     permission("Autoriser ?", "Refuser")],
)  # fmt: skip
def test_a_dialog_of_the_system_is_what_the_screen_is_even_over_a_page(dialog: str) -> None:
    for order in permutations([*BARS, dialog, FEED]):
        assert kind_of(SAMPLE, Screen.parse(dump(*order), PACKAGE)) == Seen("system_dialog", "permission")


def test_under_a_dialog_of_the_system_a_challenge_is_still_noticed() -> None:
    windows = (permission("Allow?", "Deny|permission_deny_button"), KINDS["a challenge"][0])
    assert kind_of(SAMPLE, Screen.parse(dump(*windows), PACKAGE)) == Seen("challenge", "code")


def shade(bounds: str, *, part: str = "notification_stack_scroller") -> str:
    """Return the shade's window over the whole display, with something that it says within the bounds."""
    row = node("Ann follows you", bounds, SYSTEM_UI, resource_id=f"{SYSTEM_UI}:id/expandableNotificationRow")
    return node("", FULL, SYSTEM_UI, node("", FULL, SYSTEM_UI, row, resource_id=f"{SYSTEM_UI}:id/{part}"))


@pytest.mark.parametrize("part", ["notification_stack_scroller", "notification_panel", "quick_qs_panel"])
def test_the_shade_is_noticed_over_the_app_and_a_notification_that_just_comes_in_is_not_taken_for_it(part: str) -> None:
    over = Screen.parse(dump(*BARS, FEED, shade("[0,700][1080,900]", part=part)), PACKAGE)
    beside = Screen.parse(dump(*BARS, FEED, shade("[0,110][1080,400]", part=part)), PACKAGE)
    assert kind_of(SAMPLE, over) == Seen("foreign", "shade")
    assert kind_of(SAMPLE, beside) == Seen("page", "feed")


def test_tiles_at_the_top_are_a_shade_and_no_notification() -> None:
    tile = node("Wi-Fi", "[0,110][500,400]", SYSTEM_UI, resource_id=f"{SYSTEM_UI}:id/tile_label")
    shown = Screen.parse(dump(*BARS, FEED, node("", FULL, SYSTEM_UI, tile)), PACKAGE)
    assert kind_of(SAMPLE, shown) == Seen("foreign", "shade")


def test_bars_and_overlays_of_the_systems_interface_cover_nothing() -> None:
    clock = system_ui("lockscreen_clock", "[0,0][1080,110]")
    assert front_of_others(Screen.parse(dump(*BARS, clock, FEED), PACKAGE)) is None


@pytest.mark.parametrize(
    "package",
    ["com.android.launcher3", "com.google.android.apps.nexuslauncher", "com.sec.android.app.launcher", "com.miui.home",
     "com.huawei.android.launcher", "com.oppo.launcher", "com.bbk.launcher2"],
)  # fmt: skip
def test_home_screens_of_all_makers_are_known(package: str) -> None:
    assert is_launcher(package)


BROKEN = {
    "one empty node": dump(node("", "[0,0][1080,1920]", "android")),
    "several empty nodes": dump(node("", package="", inner=node("", package="")), node("", package="android")),
    "no node": "<hierarchy rotation='0'/>",
    "nothing": "",
    "half a dump": dump(FEED)[:-20],
}


@pytest.mark.parametrize("dumped", BROKEN)
def test_what_a_broken_service_sends_is_no_screen_of_anybody(dumped: str) -> None:
    assert kind_of_dump(SAMPLE, BROKEN[dumped]).kind == "broken"


def test_a_screen_that_only_says_little_is_not_broken() -> None:
    assert kind_of_dump(SAMPLE, dump(app())).kind == "unknown"


# --- stops -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", STOPS)
def test_a_full_screen_of_the_app_that_no_page_fits_may_be_a_stop(stop: str) -> None:
    screen = Screen.parse(dump(*BARS, STOPS[stop]), PACKAGE)
    assert kind_of(SAMPLE, screen) == Seen("unknown")
    assert page_of(SAMPLE, screen) is None
    assert may_be_a_stop(SAMPLE, screen)


@pytest.mark.parametrize("screen", NO_STOPS)
def test_what_loads_lies_over_the_app_or_is_part_of_it_is_none(screen: str) -> None:
    assert not may_be_a_stop(SAMPLE, Screen.parse(dump(*BARS, NO_STOPS[screen]), PACKAGE))


def profile_of(text: str) -> VersionProfile:
    common = "name: x\npackage: com.phonefleet.sample\nverified: never\nlinks: {}\nversions: [{range: '>=1'}]\n"
    return AppProfile(ProfileRules.model_validate(yaml.safe_load(common + text))).for_version("1.0")


def test_a_profile_without_pages_cannot_tell_a_stop() -> None:
    profile = profile_of("selectors: {title: [{id: title}]}")
    assert not may_be_a_stop(profile, Screen.parse(dump(*BARS, STOPS["English"]), PACKAGE))


STRUCTURE = """
languages: [en, ru]
texts:
  stopped: {en: [Account suspended], ru: [Аккаунт заблокирован]}
challenges:
  - {name: stop, when: [{id: container}, {text_of: stopped}], unless: [{id: tab}], tell: Look at it.}
popups:
  - {name: hint, when: [{id: hint}], unless: [{id: tab}], dismiss: [{id: ok}]}
"""


@pytest.mark.parametrize(
    ("screen", "seen"),
    [
        (app(says("Something in Greek", "container")), Seen("challenge", "stop")),
        (app(says("", "container"), says("Home", "tab")), Seen("unknown")),
        (app(says("Account suspended")), Seen("challenge", "stop")),
        (app(says(f"{NBSP}Аккаунт  заблокирован ")), Seen("challenge", "stop")),
        (app(says("Аккаунт заблокирован"), says("Главная", "tab")), Seen("unknown")),
        (app(says("New", "hint")), Seen("popup", "hint")),
        (app(says("New", "hint"), says("Home", "tab")), Seen("unknown")),
    ],
)
def test_a_challenge_is_known_by_structure_or_words_unless_what_speaks_against_it_shows(
    screen: str, seen: Seen
) -> None:
    assert kind_of(profile_of(STRUCTURE), Screen.parse(dump(*BARS, screen), PACKAGE)) == seen
