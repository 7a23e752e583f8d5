"""The dialogs of Android and of the makers of phones: each is known by its ids, or by its words, and put away."""

from __future__ import annotations

import itertools
import random
import re
from contextlib import suppress

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.shown_dialogs import ShownDialog, system_dialog_on
from phonefleet.apps.system_dialogs.listed import Dialog, is_of_dialogs, known_dialogs
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import AppCrashed, ElementMissing, LinkLost, SystemDialog
from tests.apps.made_up import BARS, PACKAGE, SYSTEM_UI, FadingPhone, MadeUpDialog, button_of, dump, node
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import SampleApp

AOSP = "com.android.permissioncontroller"
GOOGLE = "com.google.android.permissioncontroller"
OLD = "com.android.packageinstaller"
SAMSUNG, MIUI = "com.samsung.android.permissioncontroller", "com.lbe.security.miui"
FIRST, SECOND = "permission_deny_button", "permission_deny_and_dont_ask_again_button"
ALWAYS, WHILE = "Allow|permission_allow_button", "While using the app|permission_allow_foreground_only_button"
ONCE = "Only this time|permission_allow_one_time_button"


def shown_by(package: str, title: str, *buttons: str, ids_of: str = "", title_id: str = "message") -> MadeUpDialog:
    return MadeUpDialog(package, title, list(map(button_of, buttons)), ids_of, title_id)


PERMISSIONS = {
    "Pixel, first": shown_by(GOOGLE, "Allow Sample to record audio?", WHILE, ONCE, f"Deny|{FIRST}", ids_of=AOSP),
    "Pixel, second": shown_by(GOOGLE, "Allow Sample to record audio?", WHILE, f"Deny|{SECOND}", ids_of=AOSP),
    "AOSP, both": shown_by(AOSP, "Allow Sample to call?", ALWAYS, f"No|{FIRST}", f"Never|{SECOND}"),
    "Samsung, first": shown_by(SAMSUNG, "Разрешить доступ?", ALWAYS, f"Запретить|{FIRST}", ids_of=AOSP),
    "Samsung, second": shown_by(SAMSUNG, "Разрешить доступ?", ALWAYS, f"Запретить|{SECOND}", ids_of=AOSP),
    "keep what there is": shown_by(
        GOOGLE, "Change location access?", WHILE, "Keep|permission_no_upgrade_and_dont_ask_again_button", ids_of=AOSP
    ),
    "Android 14, photos": shown_by(
        GOOGLE, "Allow photos?", "Some|permission_allow_selected_button", ALWAYS, f"No|{FIRST}", ids_of=AOSP
    ),
    "Android 8": shown_by(OLD, "Allow Sample to take pictures?", f"DENY|{FIRST}", ALWAYS),
    "MIUI": shown_by(MIUI, "Allow Sample to use your location?", WHILE, "Deny|permission_deny_button_new"),
    "MIUI 9": shown_by(MIUI, "允许 Sample 读取联系人?", "拒绝|reject", "允许|accept"),
    "EMUI": shown_by("com.huawei.systemmanager", "是否允许 Sample 拍照?", "禁止|btn_forbbid", "允许|btn_allow"),
    "vivo": shown_by("com.vivo.permissionmanager", "允许 Sample 使用麦克风?", "允许", "不允许"),
    "ColorOS": shown_by(
        "com.coloros.securitypermission", "Allow Sample to read?", "Allow|button1", "Deny|button2", ids_of="android"
    ),
    "OxygenOS, French": shown_by(
        "com.oplus.securitypermission", "Autoriser Sample ?", "Autoriser", "Refuser", "Refuser et ne plus demander"
    ),
    "an unknown maker": shown_by(
        "com.example.permissioncontroller", "Zezwolić?", ALWAYS, "Odmów|permission_deny_button_2"
    ),
    "a maker's own package": shown_by("com.example.safecenter", "ไม่?", "ไม่|permission_allow_button", f"ไม่ |{SECOND}"),
}
REFUSED_BY = {
    "Pixel, first": FIRST,
    "Pixel, second": SECOND,
    "AOSP, both": SECOND,
    "Samsung, first": FIRST,
    "Samsung, second": SECOND,
    "keep what there is": "permission_no_upgrade_and_dont_ask_again_button",
    "Android 14, photos": FIRST,
    "Android 8": FIRST,
    "MIUI": "permission_deny_button_new",
    "MIUI 9": "reject",
    "EMUI": "btn_forbbid",
    "vivo": "不允许",
    "ColorOS": "button2",
    "OxygenOS, French": "Refuser et ne plus demander",
    "an unknown maker": "permission_deny_button_2",
    "a maker's own package": SECOND,
}

OTHERS = [
    ("autofill", "autofill_save_no", shown_by("android", "Save?", "Yes|autofill_save_yes", "No|autofill_save_no")),
    ("full screen", "ok", shown_by("android", "Viewing full screen", "Got it|ok", title_id="immersive_cling_title")),
    (
        "low battery", "button2",
        shown_by(SYSTEM_UI, "Turn on Battery Saver?", "No thanks|button2", "Turn on|button1", ids_of="android"),
    ),
    ("low battery", "button1", shown_by(SYSTEM_UI, "15% battery left", "OK|button1", ids_of="android")),
    ("low battery", "Закрыть", shown_by(SYSTEM_UI, "Низкий заряд батареи", "Закрыть")),
    (
        "battery optimization", "button2",
        shown_by("com.android.settings", "Stop optimizing battery usage?", "A|button1", "B|button2", ids_of="android"),
    ),
    ("usb", "button2", shown_by(SYSTEM_UI, "Use USB for", "File transfer", "Cancel|button2", ids_of="android")),
    ("usb", "Deny", shown_by("com.samsung.android.MtpApplication", "Allow access to phone data?", "Allow", "Deny")),
    ("usb", "Annuler", shown_by(SYSTEM_UI, "Utiliser l'USB pour", "Transfert", "Annuler")),
    ("installation", "cancel_button", shown_by(OLD, "Install this app?", "Install|ok_button", "Cancel|cancel_button")),
    (
        "location", "button2",
        shown_by("com.google.android.gms", "Turn on device location", "No|button2", "OK|button1", ids_of="android"),
    ),
    ("not responding", "aerr_wait", shown_by("android", "Sample isn't responding", "No|aerr_close", "Wait|aerr_wait")),
    (
        "not responding", "aerr_wait",
        shown_by(SYSTEM_UI, "System UI ...", "x|aerr_close", "y|aerr_wait", ids_of="android"),
    ),
    ("not responding", "Подождать", shown_by("com.miui.bugreport", "Приложение не отвечает", "Закрыть", "Подождать")),
]  # fmt: skip

CRASHES = [
    ("aerr_close", shown_by("android", "Sample keeps stopping", "App info|aerr_app_info", "Close|aerr_close")),
    ("aerr_restart", shown_by("android", "Приложение остановлено", "Открыть снова|aerr_restart")),
    ("aerr_close", shown_by("androidhwext", "Sample keeps stopping", "Close|aerr_close", ids_of="android")),
    ("aerr_close", shown_by(SYSTEM_UI, "หยุดทำงาน", "ปิด|aerr_close", ids_of="android")),
    ("OK", shown_by("android", "Unfortunately, Sample has stopped.", "Report", "OK")),
]


@pytest.fixture
def fading(phone: DirectPhone, app: SampleApp) -> FadingPhone:
    """A phone on which the app has just been started."""
    phone.launch(PACKAGE)
    return FadingPhone(phone, app)


@pytest.fixture
def driver(fading: FadingPhone, clock: Clock, stop: StopSignal) -> AppDriver:
    driven: Phone = fading
    profile = load_profile("sample").for_version(driven.app_version(PACKAGE))
    return AppDriver(driven, profile, clock, stop, random.Random(1))


def fresh(dialog: MadeUpDialog, **changes: int | bool) -> MadeUpDialog:
    made = MadeUpDialog(dialog.package, dialog.title, dialog.buttons, dialog.prefix, dialog.title_id)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def found_in(*windows: str) -> ShownDialog | None:
    return system_dialog_on(Screen.parse(dump(*windows), PACKAGE))


# --- what is refused, closed and put away ----------------------------------------------------------------


@pytest.mark.parametrize("maker", PERMISSIONS)
@pytest.mark.parametrize("lingers", [0, 2])
def test_each_makers_permission_dialog_is_refused_once_with_its_most_lasting_button(
    driver: AppDriver, fading: FadingPhone, maker: str, lingers: int
) -> None:
    shown = fading.show(fresh(PERMISSIONS[maker], lingers=lingers))
    driver.wait_for("feed")
    assert shown.touched == [REFUSED_BY[maker]]
    assert fading.fallen_through == []


@pytest.mark.parametrize(("name", "button", "dialog"), OTHERS)
def test_other_dialogs_are_put_away_without_agreeing_to_anything(
    driver: AppDriver, fading: FadingPhone, name: str, button: str, dialog: MadeUpDialog
) -> None:
    shown = fading.show(fresh(dialog))
    assert getattr(system_dialog_on(Screen.parse(fading.hierarchy(), PACKAGE)), "name", None) == name
    driver.wait_for("feed")
    assert shown.touched == [button]


@pytest.mark.parametrize(("button", "dialog"), CRASHES)
@pytest.mark.parametrize("lingers", [0, 3])
def test_a_crash_dialog_is_closed_and_counts_as_a_crash(
    driver: AppDriver, fading: FadingPhone, button: str, dialog: MadeUpDialog, lingers: int
) -> None:
    shown = fading.show(fresh(dialog, lingers=lingers))
    with pytest.raises(AppCrashed, match=re.escape(dialog.title)) as caught:
        driver.look()
    assert caught.value.evidence is not None
    assert dialog.title in (caught.value.evidence.hierarchy or "")
    assert shown.touched == [button]
    driver.wait_for("feed")
    assert fading.fallen_through == []


def test_a_button_whose_touch_nobody_heard_of_is_not_touched_again_while_the_dialog_fades(
    driver: AppDriver, fading: FadingPhone
) -> None:
    shown = fading.show(fresh(PERMISSIONS["AOSP, both"], lingers=2))
    fading.lost = 1
    with suppress(LinkLost):
        driver.wait_for("feed")
    driver.wait_for("feed")
    assert shown.touched == [SECOND]
    assert fading.fallen_through == []


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize("away", [0, 60])
def test_a_button_is_not_touched_again_while_the_dialog_fades_although_the_look_after_it_failed(
    driver: AppDriver, fading: FadingPhone, lost: int, away: int
) -> None:
    shown = fading.show(fresh(PERMISSIONS["AOSP, both"], lingers=2))
    fading.lost, fading.blind_after_touch = lost, True
    with suppress(LinkLost):
        driver.wait_for("feed")
    driver.pause(away)
    driver.wait_for("feed")
    assert shown.touched == [SECOND]
    assert fading.fallen_through == []


def test_permissions_in_a_row_are_all_refused(driver: AppDriver, fading: FadingPhone) -> None:
    dialogs = [fading.show(fresh(PERMISSIONS[maker], lingers=1)) for maker in ("Pixel, first", "MIUI", "EMUI")]
    driver.wait_for("feed")
    assert [len(dialog.touched) for dialog in dialogs] == [1, 1, 1]
    assert fading.fallen_through == []


def test_an_app_that_hangs_is_waited_for_and_closed_only_when_the_dialog_stays(
    driver: AppDriver, fading: FadingPhone
) -> None:
    hangs = shown_by("android", "Sample isn't responding", "Wait|aerr_wait", "Close app|aerr_close")
    shown = fading.show(fresh(hangs, stubborn=True))
    with pytest.raises(AppCrashed, match="did not respond"):
        driver.look()
    assert shown.touched == ["aerr_wait", "aerr_wait", "aerr_close"]


def test_the_box_by_which_a_refusal_lasts_is_ticked_first(driver: AppDriver, fading: FadingPhone) -> None:
    asks = shown_by(OLD, "Allow Sample to film?", "Don't ask again|do_not_ask_checkbox", ALWAYS, f"DENY|{FIRST}")
    shown = fading.show(fresh(asks, stubborn=True))
    driver.wait_for("feed")
    assert shown.touched == ["do_not_ask_checkbox", FIRST]


# --- what is left to people --------------------------------------------------------------------------------

UNKNOWN = shown_by("android", "Choose a colour for the sky", "Blue|blue", "Grey|grey")


def test_a_dialog_that_nobody_knows_is_named_and_not_touched(driver: AppDriver, fading: FadingPhone) -> None:
    shown = fading.show(fresh(UNKNOWN))
    with pytest.raises(SystemDialog, match=r"belongs to android, says 'Choose a colour.*'Blue', 'Grey'") as caught:
        driver.look()
    assert caught.value.evidence is not None
    assert shown.touched == []


def test_an_alert_of_the_systems_interface_in_a_language_of_nobody_is_named(
    driver: AppDriver, fading: FadingPhone
) -> None:
    shown = fading.show(shown_by(SYSTEM_UI, "แบตเตอรี่เหลือน้อย", "เปิด|button1", "ไม่|button2", ids_of="android"))
    with pytest.raises(SystemDialog, match="แบตเตอรี่เหลือน้อย"):
        driver.look()
    assert shown.touched == []


def test_a_dialog_that_nobody_knows_may_go_by_itself(driver: AppDriver, fading: FadingPhone) -> None:
    shown = fading.show(fresh(UNKNOWN, lingers=3, going=True))
    driver.wait_for("feed")
    assert shown.touched == []


@pytest.mark.parametrize("title", ["Allow USB debugging?", "Разрешить отладку по USB?", "Autoriser le débogage USB ?"])
def test_the_prompt_for_debugging_is_never_answered(driver: AppDriver, fading: FadingPhone, title: str) -> None:
    shown = fading.show(shown_by(SYSTEM_UI, title, "Cancel|button2", "Allow|button1", ids_of="android"))
    with pytest.raises(SystemDialog, match="whether a computer may debug it"):
        driver.look()
    assert shown.touched == []


def test_a_permission_without_a_button_that_refuses_is_named(driver: AppDriver, fading: FadingPhone) -> None:
    shown = fading.show(shown_by(GOOGLE, "Allow Sample to vibrate?", ALWAYS, WHILE, ids_of=AOSP))
    with pytest.raises(ElementMissing, match="'permission' of the system shows no button"):
        driver.look()
    assert shown.touched == []


# --- what is none ------------------------------------------------------------------------------------------


def test_a_notification_and_an_icon_that_say_the_same_are_no_dialogs() -> None:
    action = node("Battery saver", "[0,200][400,300]", SYSTEM_UI, **{"class": "android.widget.Button"})
    row = node("Low battery: 5 % remaining", "[0,110][1080,300]", SYSTEM_UI, action,
               resource_id=f"{SYSTEM_UI}:id/expandableNotificationRow")  # fmt: skip
    assert found_in(*BARS, node(inner=node("Feed")), node("", "[0,110][1080,400]", SYSTEM_UI, row)) is None


def test_a_whole_screen_of_a_makers_app_is_no_dialog() -> None:
    manager = node("", package="com.huawei.systemmanager", inner=node("Optimize", package="com.huawei.systemmanager"))
    assert found_in(*BARS, manager) is None


def test_a_permission_dialog_whose_window_is_as_large_as_the_display_is_one_all_the_same() -> None:
    for package in ("com.vivo.permissionmanager", GOOGLE):
        buttons = "".join(
            node(says, bounds, package) for says, bounds in (("允许", "[0,9][9,99]"), ("拒绝", "[9,9][99,99]"))
        )
        found = found_in(*BARS, node("", package=package, inner=node("允许 Sample 拍照?", package=package) + buttons))
        assert found is not None
        assert (found.name, getattr(found.button(), "text", None)) == ("permission", "拒绝")


def test_what_the_app_itself_says_is_no_dialog_of_the_system() -> None:
    assert found_in(*BARS, shown_by(PACKAGE, "Allow USB debugging?", f"Don't allow|{FIRST}", ALWAYS).dump()) is None


def test_a_dialog_that_is_known_wins_over_one_that_is_not() -> None:
    crash = CRASHES[0][1].dump()
    for windows in ([crash, UNKNOWN.dump()], [UNKNOWN.dump(), crash]):
        found = found_in(*windows)
        assert found is not None
        assert found.name == "crash"


# --- the list itself ---------------------------------------------------------------------------------------

IDS_THAT_ALLOW = (
    "permission_allow_button", "permission_allow_foreground_only_button", "permission_allow_one_time_button",
    "permission_allow_always_button", "permission_allow_all_button", "permission_allow_selected_button", "btn_allow",
    "accept", "button1", "ok_button", "autofill_save_yes", "allow_button", "aerr_app_info", "aerr_report",
)  # fmt: skip


@pytest.mark.parametrize("dialog", known_dialogs().dialogs, ids=itertools.count())
def test_no_button_of_the_list_allows_or_installs_anything(dialog: Dialog) -> None:
    notices = {"old app", "low battery", "network message"}
    agreeing = [name for name in IDS_THAT_ALLOW for each in (*dialog.buttons, *dialog.insist) if each.fullmatch(name)]
    assert agreeing == ([] if dialog.name not in notices else ["button1"])


@pytest.mark.parametrize(
    "package",
    ["android", AOSP, GOOGLE, OLD, "com.google.android.packageinstaller", "com.lbe.security.miui",
     "com.huawei.systemmanager", "com.samsung.android.permissioncontroller"],
)  # fmt: skip
def test_windows_of_these_packages_are_dialogs_whatever_they_say(package: str) -> None:
    assert is_of_dialogs(package)


@pytest.mark.parametrize("package", [SYSTEM_UI, "com.android.settings", "com.android.launcher3", "androidx.app", ""])
def test_windows_of_other_packages_are_not(package: str) -> None:
    assert not is_of_dialogs(package)


def test_popups_without_end_still_end(driver: AppDriver, fading: FadingPhone, clock: Clock) -> None:
    full = shown_by("android", "Viewing full screen", "Got it|ok", "Other|other", title_id="immersive_cling_title")
    shown = fading.show(fresh(full, stubborn=True))
    with pytest.raises(ElementMissing, match="popups keep coming"):
        driver.look()
    assert 1 < len(shown.touched) <= 5, "a button that does nothing is tried again, each time after a wait"
    assert clock.monotonic() > 5
