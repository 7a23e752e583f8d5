"""What `dumpsys window` and `dumpsys activity` show: the focused window, the resumed activity, the keyguard."""

from __future__ import annotations

import zlib

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.commands.display import displays
from virtual_phones.windows.cover import COVER_DISPLAY, COVER_LAUNCHER
from virtual_phones.windows.equipment import COVER


def token(phone: VirtualPhone) -> str:
    """Return the hexadecimal name of the focused window, the same as long as the activity is."""
    return f"{zlib.crc32('/'.join(phone.foreground).encode()):x}"


_COVERED = f"{COVER_LAUNCHER}/.SubHomeActivity"
"""What a second display shows: the small launcher of a cover."""


def windows(phone: VirtualPhone) -> str:
    """Return `dumpsys window`, with the keyguard as Android 14 shows it."""
    package = phone.foreground[0]
    showing = str(phone.locked).lower()
    awake = str(phone.display_on).lower()
    several = displays.several(phone)
    return f"""\
WINDOW MANAGER POLICY STATE (dumpsys window policy)
    mAwake={awake} screenState={"SCREEN_STATE_ON" if phone.display_on else "SCREEN_STATE_OFF"}
    KeyguardServiceDelegate
      showing={showing}
      inputRestricted={showing}
      secure={str(phone.secure_lock).lower()}

WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
{_cover(phone)}  Display: mDisplayId=0
    init={phone.physical[0]}x{phone.physical[1]} 420dpi cur={phone.width}x{phone.height} rotation={phone.rotation}
{_focus(phone, "    ") if several else ""}
WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #0 Window{{{token(phone)} u0 {_focused(phone)}}}:
    mDisplayId=0 mSession=Session{{5b2c0ee 1500:u0a10100}}
    mOwnerUid=10100 showForAllUsers=false package={package} appop=NONE

{"  mTopFocusedDisplayId=0" + chr(10) if several else _focus(phone, "  ")}\
  mShowingDream=false mDreamingLockscreen={showing}
"""


def _focus(phone: VirtualPhone, indent: str) -> str:
    """Return the window and the app that have the focus: before Android 10 at the end, later in each display's part."""
    package, activity = phone.foreground
    shown = _focused(phone)
    window = "null" if shown is None else f"Window{{{token(phone)} u0 {shown}}}"
    return (
        f"{indent}mCurrentFocus={window}\n"
        f"{indent}mFocusedApp=ActivityRecord{{{token(phone)} u0 {package}/{activity} t1}}\n"
    )


def _focused(phone: VirtualPhone) -> str | None:
    """Return the title of the focused window; one that pops up has no app's name, and there may be none."""
    if phone.locked or phone.panel is not None:
        return "NotificationShade"
    if phone.front is None or phone.traits.focus == "window":
        return "/".join(phone.foreground)
    return f"PopupWindow:{token(phone)}" if phone.traits.focus == "popup" else None


def _cover(phone: VirtualPhone) -> str:
    """Return the part of the second display, which comes first and has no focused window."""
    if not displays.several(phone):
        return ""
    width, height = COVER
    return (
        f"  Display: mDisplayId={COVER_DISPLAY}\n"
        f"    init={width}x{height} 420dpi cur={width}x{height} rotation=0\n"
        f"    mCurrentFocus=null\n    mFocusedApp=ActivityRecord{{5c0ffee u0 {_COVERED} t3}}\n\n"
    )


def activities(phone: VirtualPhone) -> str:
    """Return `dumpsys activity activities`."""
    package, activity = phone.foreground
    record = f"ActivityRecord{{{token(phone)} u0 {package}/{activity} t1}}"
    return f"""\
ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)
{_cover_activities(phone)}Display #0 (activities from top to bottom):
  * TaskRecord{{{token(phone)} #1 A={package} U=0 StackId=1 sz=1}}
    * Hist #0: {record}
      packageName={package} processName={package}
      app=ProcessRecord{{{token(phone)} {phone.pid(package)}:{package}/u0a100}}
  ResumedActivity: {record}
    mResumedActivity: {record}
"""


def _cover_activities(phone: VirtualPhone) -> str:
    if not displays.several(phone):
        return ""
    record = f"ActivityRecord{{5c0ffee u0 {_COVERED} t3}}"
    return f"Display #{COVER_DISPLAY} (activities from top to bottom):\n    mResumedActivity: {record}\n"


def top_activity(phone: VirtualPhone) -> str:
    """Return `dumpsys activity top`."""
    package, activity = phone.foreground
    return (
        f"TASK {package} id=1 userId=0\n  ACTIVITY {package}/{activity} {token(phone)} pid={phone.pid(package)}\n"
        f"    Local Activity {token(phone)} State:\n      mResumed=true mStopped=false mFinished=false\n"
    )
