"""What `dumpsys window` and `dumpsys activity` show: the focused window, the resumed activity, the keyguard."""

from __future__ import annotations

import zlib

from phonefleet.virtual.phone import VirtualPhone


def token(phone: VirtualPhone) -> str:
    """Return the hexadecimal name of the focused window, the same as long as the activity is."""
    return f"{zlib.crc32('/'.join(phone.foreground).encode()):x}"


def windows(phone: VirtualPhone) -> str:
    """Return `dumpsys window`, with the keyguard as Android 14 shows it."""
    package, activity = phone.foreground
    focus = "NotificationShade" if phone.locked or phone.panel is not None else f"{package}/{activity}"
    showing = str(phone.locked).lower()
    awake = str(phone.display_on).lower()
    return f"""\
WINDOW MANAGER POLICY STATE (dumpsys window policy)
    mAwake={awake} screenState={"SCREEN_STATE_ON" if phone.display_on else "SCREEN_STATE_OFF"}
    KeyguardServiceDelegate
      showing={showing}
      inputRestricted={showing}
      secure={str(phone.secure_lock).lower()}

WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  Display: mDisplayId=0
    init={phone.physical[0]}x{phone.physical[1]} 420dpi cur={phone.width}x{phone.height} rotation={phone.rotation}

WINDOW MANAGER WINDOWS (dumpsys window windows)
  Window #0 Window{{{token(phone)} u0 {focus}}}:
    mDisplayId=0 mSession=Session{{5b2c0ee 1500:u0a10100}}
    mOwnerUid=10100 showForAllUsers=false package={package} appop=NONE

  mCurrentFocus=Window{{{token(phone)} u0 {focus}}}
  mFocusedApp=ActivityRecord{{{token(phone)} u0 {package}/{activity} t1}}
  mShowingDream=false mDreamingLockscreen={showing}
"""


def activities(phone: VirtualPhone) -> str:
    """Return `dumpsys activity activities`."""
    package, activity = phone.foreground
    record = f"ActivityRecord{{{token(phone)} u0 {package}/{activity} t1}}"
    return f"""\
ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)
Display #0 (activities from top to bottom):
  * TaskRecord{{{token(phone)} #1 A={package} U=0 StackId=1 sz=1}}
    * Hist #0: {record}
      packageName={package} processName={package}
      app=ProcessRecord{{{token(phone)} {phone.pid(package)}:{package}/u0a100}}
  ResumedActivity: {record}
    mResumedActivity: {record}
"""


def top_activity(phone: VirtualPhone) -> str:
    """Return `dumpsys activity top`."""
    package, activity = phone.foreground
    return (
        f"TASK {package} id=1 userId=0\n  ACTIVITY {package}/{activity} {token(phone)} pid={phone.pid(package)}\n"
        f"    Local Activity {token(phone)} State:\n      mResumed=true mStopped=false mFinished=false\n"
    )
