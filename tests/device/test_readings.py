"""What real Androids print, from version 7 to 15, is read."""

from __future__ import annotations

import pytest

from phonefleet.device import readings
from phonefleet.device.phone import Foreground

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
    assert readings.foreground(dump) == expected


def test_charge_is_a_share_of_the_scale() -> None:
    dump = "  AC powered: false\n  USB powered: true\n  Max charging current: 0\n  level: 50\n  scale: 200\n"
    assert readings.battery(dump) == (25, True)


def test_a_phone_off_its_charger_is_not_charging() -> None:
    assert readings.battery("  AC powered: false\n  Wireless powered: false\n  level: 7\n") == (7, False)


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
    assert readings.awake(dump) is expected


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
    assert readings.locked(dump) is expected


def test_the_version_name_ends_at_the_space() -> None:
    assert readings.version_name("    versionCode=310 minSdk=24 targetSdk=34\n    versionName=31.5.4\n") == "31.5.4"


@pytest.mark.parametrize("read", [readings.battery, readings.awake, readings.foreground, readings.version_name])
def test_a_dump_that_says_nothing_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="in the dump"):
        read("")
