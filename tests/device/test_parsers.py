"""What real Androids print, from version 7 to 15, is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from phonefleet.device.phone import Foreground
from phonefleet.device.shell import parsers
from phonefleet.device.shell.parsers import Battery
from phonefleet.device.shell.payloads import Unreadable

FOREGROUNDS = [
    (
        "  mCurrentFocus=Window{41b37570 u0 com.incall.apps.launcher/com.incall.apps.launcher.Launcher}",
        Foreground("com.incall.apps.launcher", "com.incall.apps.launcher.Launcher"),
    ),
    (
        "  mFocusedApp=AppWindowToken{42 token=Token{42 ActivityRecord{42 u0 com.example/.UI.play.PlayActivity t4}}}",
        Foreground("com.example", ".UI.play.PlayActivity"),
    ),
    (
        "  mCurrentFocus=Window{8c u0 NotificationShade}\n  mFocusedApp=ActivityRecord{e5 u0 com.example/.Main t31}",
        Foreground("com.example", ".Main"),
    ),
    (
        "    mResumedActivity: ActivityRecord{a1b2c3 u0 com.example/.MainActivity t7}",
        Foreground("com.example", ".MainActivity"),
    ),
    (
        "  topResumedActivity=ActivityRecord{a1b2c3 u0 com.example/.Main$Inner t7}",
        Foreground("com.example", ".Main$Inner"),
    ),
]


@pytest.mark.parametrize(("dump", "expected"), FOREGROUNDS)
def test_the_focused_app_is_found(dump: str, expected: Foreground) -> None:
    assert parsers.foreground(dump) == expected


def test_charge_is_a_share_of_the_scale() -> None:
    dump = "  AC powered: false\n  USB powered: true\n  Max charging current: 0\n  level: 50\n  scale: 200\n"
    assert parsers.battery(dump) == Battery(25, charging=True)


def test_a_phone_off_its_charger_is_not_charging() -> None:
    dump = "  AC powered: false\n  Wireless powered: false\n  level: 7\n"
    assert parsers.battery(dump) == Battery(7, charging=False)


@pytest.mark.parametrize(
    "dump",
    [
        "  USB powered: true\n  present: false\n  level: 0\n  scale: 100\n",
        "  USB powered: true\n  present: false\n  level: 50\n  scale: 100\n",
        "  USB powered: true\n  present: true\n  level: -1\n  scale: 0\n",
        "  USB powered: true\n  present: true\n  level: 0\n  scale: 0\n",
        "  USB powered: true\n  present: true\n  level: -2147483648\n  scale: -1\n",
        f"  USB powered: true\n  level: {'9' * 5000}\n  scale: 1\n",
        "  USB powered: true\r\n  present: false\r\n  level: 0\r\n",
        "  USB powered: true\n  level: unknown\n",
    ],
)
def test_a_battery_that_is_absent_has_no_charge_and_the_phone_is_powered(dump: str) -> None:
    assert parsers.battery(dump) == Battery(None, charging=True)


def test_a_battery_is_read_with_the_line_ends_of_a_terminal_and_a_warning_in_front() -> None:
    dump = 'WARNING: linker: "/x" level: 3\r\nCurrent Battery Service state:\r\n  level: 80\r\n  scale: 100\r\n'
    assert parsers.battery(dump) == Battery(80, charging=False)


def test_what_other_services_of_a_vendor_say_before_the_battery_does_not_count() -> None:
    dump = "  level: 3\n  scale: 100\nCurrent Battery Service state:\n  level: 80\n  scale: 100\n"
    assert parsers.battery(dump).level == 80


@pytest.mark.parametrize(
    ("dump", "expected"),
    [
        ("  mWakefulness=Awake\n", True),
        ("  mWakefulness=Dozing\n", False),
        ("  mWakefulness=Asleep\nDisplay Power: state=ON", False),
        ("Display Power: state=OFF\n", False),
        ("  mHoldingDisplaySuspendBlocker=true\n", True),
    ],
)
def test_the_display_is_on_or_off(dump: str, *, expected: bool) -> None:
    assert parsers.awake(dump) is expected


@pytest.mark.parametrize(
    ("dump", "expected"),
    [
        ("    mShowingLockscreen=true mShowingDream=false", True),
        ("    mShowingDream=false mDreamingLockscreen=true mDreamingSleepToken=null", True),
        ("    KeyguardServiceDelegate\n      showing=true\n      showingAndNotOccluded=true", True),
        ("    KeyguardServiceDelegate\n      showing=false\n      inputRestricted=false", False),
        ("  KeyguardStateMonitor\n        mIsShowing=true\n", True),
        ("    mDreamingLockscreen=false", False),
    ],
)
def test_the_keyguard_shows_or_not(dump: str, *, expected: bool) -> None:
    assert parsers.locked(dump) is expected


def test_the_version_name_ends_at_the_space() -> None:
    assert parsers.version_name("    versionCode=310 minSdk=24 targetSdk=34\n    versionName=31.5.4\n") == "31.5.4"


@pytest.mark.parametrize("read", [parsers.awake, parsers.locked, parsers.version_name, parsers.user])
def test_a_dump_that_says_nothing_tells_nothing(read: Callable[[str], object]) -> None:
    assert read("Can't find service: power\n") is None


def test_without_a_focused_app_there_is_no_foreground() -> None:
    with pytest.raises(Unreadable, match="no focused app"):
        parsers.foreground("  mCurrentFocus=null\n  mFocusedApp=null\n")


APP, COVER = Foreground("com.example", ".Main"), Foreground("com.android.systemui", ".SubHomeActivity")
FOCUSED = "    mFocusedApp=ActivityRecord{5c u0 com.example/.Main t1}\n"
COVERED = "    mFocusedApp=ActivityRecord{4c u0 com.android.systemui/.SubHomeActivity t3}\n"
COVERING = "    mCurrentFocus=Window{1 u0 com.android.systemui/.SubHomeActivity}\n"
ACTIVITIES = """
Display #1 (activities from top to bottom):
  mResumedActivity: ActivityRecord{1 u0 com.android.systemui/.SubHomeActivity t1}
Display #0 (activities from top to bottom):
  mResumedActivity: ActivityRecord{1 u0 com.example/.Main t1}
"""
DISPLAYS = [
    ("the cover's app comes first", f"  Display: mDisplayId=1\n{COVERED}  Display: mDisplayId=0\n{FOCUSED}", APP),
    (
        "and has even the focused window",
        f"  Display: mDisplayId=1\n{COVERING}  Display: mDisplayId=0\n    mCurrentFocus=null\n{FOCUSED}",
        APP,
    ),
    (
        "a popup has the focus",
        f"  Display: mDisplayId=0\n    mCurrentFocus=Window{{1 u0 PopupWindow:abc}}\n{FOCUSED}",
        APP,
    ),
    (
        "a popup is named with a slash",
        f"    mCurrentFocus=Window{{1 u0 PopupWindow:abc/def}}\n{FOCUSED}",
        APP,
    ),
    ("nothing has the focus", f"    mCurrentFocus=null\n{FOCUSED}", APP),
    (
        "only another display has an app",
        f"  Display: mDisplayId=0\n    mCurrentFocus=null\n    mFocusedApp=null\n  Display: mDisplayId=1\n{COVERED}",
        COVER,
    ),
    (
        "two others have one, and one of them the focus",
        "  Display: mDisplayId=1\n" + COVERED + "  Display: mDisplayId=2\n" + FOCUSED + "  mTopFocusedDisplayId=2\n",
        APP,
    ),
    (
        "what stands behind the displays belongs to none",
        f"  Display: mDisplayId=1\n{COVERED}\nWINDOW MANAGER WINDOWS (dumpsys window windows)\n{FOCUSED}",
        APP,
    ),
    ("activities by display", ACTIVITIES, APP),
]


@pytest.mark.parametrize(("dump", "expected"), [each[1:] for each in DISPLAYS], ids=[each[0] for each in DISPLAYS])
def test_the_app_of_the_main_display_is_in_front(dump: str, expected: Foreground) -> None:
    assert parsers.foreground(dump) == expected
    assert parsers.foreground(dump.replace("\n", "\r\n")) == expected


RESOLVED = [
    ("priority=0 preferredOrder=0 match=0x108000\ncom.example/.Main\n", "com.example/.Main"),
    ("WARNING: linker: a/b\r\npriority=0\r\ncom.example/com.other.Main\r\n", "com.example/com.other.Main"),
    ("ActivityInfo:\n  name=com.example.Main\n  packageName=com.example\n", "com.example/com.example.Main"),
    ("priority=0\nandroid/com.android.internal.app.ResolverActivity\n", None),
    ("ActivityInfo:\n  name=com.android.internal.app.ResolverActivity\n  packageName=android\n", None),
    ("priority=0\ncom.example.more/.Main\n", None),
    ("Error: Unknown option: --brief\n", None),
    ("", None),
]


@pytest.mark.parametrize(("output", "expected"), RESOLVED)
def test_the_launcher_activity_is_one_of_the_app_itself(output: str, expected: str | None) -> None:
    assert parsers.launcher(output, "com.example") == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [("0\n", 0), ("10\r\n", 10), ("WARNING: linker: 64 bits\n0\n", 0), ("Error: unknown command\n", None)],
)
def test_the_user_in_front_is_a_line_with_a_number(output: str, expected: int | None) -> None:
    assert parsers.user(output) == expected


def test_the_main_display_is_the_active_one_with_number_0() -> None:
    viewport = "DisplayViewport{{type=INTERNAL, isActive={}, displayId={}, uniqueId='local:{}', orientation=0}}"
    folded = ", ".join(viewport.format(*each) for each in (("false", 0, 11), ("true", 1, 12), ("true", 0, 13)))
    assert parsers.main_display(f"mViewports=[{folded}]") == "13"
    assert parsers.main_display("mViewports=[DisplayViewport{valid=true, displayId=0, orientation=0}]") is None
