"""Reading Android's `dumpsys`, `am` and `monkey` output. Pure: text in, values out.

Formats: AOSP's BatteryService, PowerManagerService, WindowManagerService and PackageManagerService dumps, from Android
7 to 16. Each function raises `ValueError` where the text says nothing of the kind.
"""

from __future__ import annotations

import re

from phonefleet.device.phone import Foreground

_FOCUS = (
    re.compile(r"mCurrentFocus=Window\{\S+ \S+ (?P<package>[^\s/}]+)/(?P<activity>[^\s/}]+)\}"),
    re.compile(r"mFocusedApp=\w+\{.*?\s(?P<package>[\w.]+)/(?P<activity>[\w.$]+)"),
    re.compile(r"ResumedActivity[:=] ?ActivityRecord\{.*?\s(?P<package>[\w.]+)/(?P<activity>[\w.$]+)"),
)
_LOCKED = re.compile(
    r"mShowingLockscreen=true|mDreamingLockscreen=true|isStatusBarKeyguard=true|isKeyguardShowing=true"
    r"|mKeyguardShowing=true|KeyguardStateMonitor\s+mIsShowing=true"
    r"|KeyguardServiceDelegate\s+showing=true"
)
_POWERED = re.compile(r"\b(?:AC|USB|Wireless|Dock) powered: true")
_AWAKE = ("Awake", "Dreaming")


def battery(dump: str) -> tuple[int, bool]:
    """Return the charge in percent, and whether it is charging, from `dumpsys battery`."""
    level, scale = _number("level", dump), _number("scale", dump, 100)
    return round(level * 100 / scale), _POWERED.search(dump) is not None


def _number(name: str, dump: str, default: int | None = None) -> int:
    match = re.search(rf"^\s*{name}: (\d+)", dump, re.MULTILINE)
    if match is None and default is None:
        message = f"no {name} in the dump"
        raise ValueError(message)
    return int(match.group(1)) if match is not None else default or 0


def awake(dump: str) -> bool:
    """Return whether the display is on, from `dumpsys power`."""
    if match := re.search(r"mWakefulness=(\w+)", dump):
        return match.group(1) in _AWAKE
    if match := re.search(r"Display Power: state=(\w+)|mHoldingDisplaySuspendBlocker=(\w+)", dump):
        return (match.group(1) or match.group(2)) in {"ON", "true"}
    message = "no wakefulness in the dump"
    raise ValueError(message)


def locked(dump: str) -> bool:
    """Return whether the keyguard shows, from `dumpsys window`."""
    return _LOCKED.search(dump) is not None


def foreground(dump: str) -> Foreground:
    """Return the focused app, from `dumpsys window` or `dumpsys activity activities`."""
    for pattern in _FOCUS:
        if match := pattern.search(dump):
            return Foreground(match.group("package"), match.group("activity"))
    message = "no focused app in the dump"
    raise ValueError(message)


def version_name(dump: str) -> str:
    """Return the installed versionName, from `dumpsys package`."""
    match = re.search(r"versionName=(\S+)", dump)
    if match is None:
        message = "no versionName in the dump"
        raise ValueError(message)
    return match.group(1)


def refused_intent(output: str) -> bool:
    """Tell whether `am start` found nothing to start; older Androids exit with 0 then."""
    return re.search(r"^Error", output, re.MULTILINE) is not None


def unresolved_intent(output: str) -> bool:
    """Tell whether `am start` found no activity for the intent, so that another try would find none either."""
    return "unable to resolve Intent" in output


def nothing_to_launch(output: str) -> bool:
    """Tell whether `monkey` found no launcher activity: the app is not installed, or has none."""
    return "No activities found" in output
