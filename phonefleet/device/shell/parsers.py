"""Parsers for the output of Android's `dumpsys`, `am`, `pm` and `cmd package`. Pure functions.

Formats: AOSP's BatteryService, PowerManagerService, WindowManagerService, DisplayManagerService and
PackageManagerService dumps, from Android 7 to 16. They accept any text: a value that is missing is None, or raises
`Unreadable` where the caller cannot do without it; nothing else is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from phonefleet.device.phone import Foreground
from phonefleet.device.shell.payloads import Unreadable
from phonefleet.words import say

MAIN_DISPLAY: Final = 0
"""Android's number of the display on which apps start, also of a phone that is folded (android.view.Display)."""

_PACKAGE: Final = r"[A-Za-z][\w.]*"
_COMPONENT: Final = rf"(?P<package>{_PACKAGE})/(?P<activity>[\w.$]+)"
_FOCUS: Final = (
    re.compile(r"mCurrentFocus=Window\{\S+ \S+ (?P<package>[^\s/}:]+)/(?P<activity>[^\s/}]+)\}"),
    re.compile(rf"mFocusedApp=\w+\{{.*?\s{_COMPONENT}"),
    re.compile(rf"ResumedActivity[:=] ?ActivityRecord\{{.*?\s{_COMPONENT}"),
)
"""In order of reliability. Windows without an activity (a popup, the notification shade) and `null`, which is printed
while the focus changes, match none of them."""

_DISPLAY: Final = re.compile(r"\s*Display(?: #|: mDisplayId=)(?P<id>[0-9]{1,9})\b")
_CHAPTER: Final = re.compile(r"[A-Z][A-Z ]{5,}\(dumpsys ")
_TOP_DISPLAY: Final = re.compile(r"mTopFocusedDisplayId=(?P<id>[0-9]{1,9})\b")

_LOCKED: Final = re.compile(
    r"(?:mShowingLockscreen|mDreamingLockscreen|isStatusBarKeyguard|isKeyguardShowing|mKeyguardShowing"
    r"|KeyguardStateMonitor\s+mIsShowing|KeyguardServiceDelegate\s+showing)=(?P<shown>true|false)\b"
)
_SCRIPT_LENGTH: Final = 4
_POWERED: Final = re.compile(r"\b(?:AC|USB|Wireless|Dock) powered: true\b")
_PRESENT: Final = re.compile(r"^\s*present: false\b", re.MULTILINE)
_BATTERY: Final = "Current Battery Service state:"
_FULL: Final = 100
_AWAKE: Final = ("Awake", "Dreaming")
_WAKEFULNESS: Final = re.compile(r"mWakefulness=(\w+)")
_DISPLAY_POWER: Final = re.compile(r"Display Power: state=(\w+)|mHoldingDisplaySuspendBlocker=(\w+)")
_VERSION: Final = re.compile(r"\bversionName=(\S+)")
_ACTIVITY_INFO: Final = re.compile(r"^\s*(name|packageName)=(\S+)\s*$", re.MULTILINE)
_VIEWPORT: Final = re.compile(r"DisplayViewport\{[^{}]*\}")
_APP_LOCALES: Final = re.compile(r"Locales for \S+ for user -?[0-9]+ are \[(?P<locales>[^\]]*)\]")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?\b")
_LOCALES: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][\w#-]*)?(?:[,;] ?[A-Za-z]{2,3}(?:[-_][\w#-]*)?)*", re.ASCII)
"""A line that names nothing but locales; a warning before it, or an error in its place, is a sentence."""
_SCRIPT: Final = re.compile(r"#(?P<script>[A-Za-z]{4})")
_RENAMED: Final = {"iw": "he", "in": "id", "ji": "yi"}
"""Languages for which Java's `Locale` uses codes that have been replaced since (java.util.Locale, before Java 17)."""
_USER: Final = re.compile(r"^\s*([0-9]{1,9})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Battery:
    """`level` is the charge in percent, None for a battery that is absent or cannot be read."""

    level: int | None
    charging: bool


def battery(dump: str) -> Battery:
    """Parse `dumpsys battery`.

    A phone that runs from a power supply has `present: false`, or a level of -1 or a scale of 0.
    """
    _, _, section = dump.rpartition(_BATTERY)
    level, scale = _number("level", section), _number("scale", section, _FULL)
    known = level is not None and scale is not None and level >= 0 and scale > 0 and not _PRESENT.search(section)
    percent = min(_FULL, round(level * _FULL / scale)) if known and level is not None and scale else None
    return Battery(percent, _POWERED.search(section) is not None)


def _number(name: str, dump: str, default: int | None = None) -> int | None:
    match = re.search(rf"^\s*{name}: (-?[0-9]{{1,9}})\s*$", dump, re.MULTILINE)
    return int(match[1]) if match is not None else default


def awake(dump: str) -> bool | None:
    """Return whether the display is on, from `dumpsys power`; None if unknown."""
    if match := _WAKEFULNESS.search(dump):
        return match[1] in _AWAKE
    if match := _DISPLAY_POWER.search(dump):
        return (match[1] or match[2]) in {"ON", "true"}
    return None


def locked(dump: str) -> bool | None:
    """Return whether the keyguard shows, from `dumpsys window`; None if unknown."""
    said = {match["shown"] for match in _LOCKED.finditer(dump)}
    return "true" in said if said else None


def foreground(dump: str) -> Foreground:
    """Return the focused app of the main display, from `dumpsys window` or `dumpsys activity activities`.

    A phone with several displays has a focused app on each, and that of a cover display may be printed first. If the
    main display has none, as in emulators that open apps on a display of their own, another display is used, preferably
    the one that has the focus.

    Raises:
        Unreadable: no app is focused anywhere.

    """
    top = _TOP_DISPLAY.search(dump)
    ours = {None: 0, MAIN_DISPLAY: 0, int(top["id"]) if top else MAIN_DISPLAY: 1} | {None: 0, MAIN_DISPLAY: 0}
    found = sorted(_focused(dump), key=lambda each: (ours.get(each[0], 2), each[1]))
    if not found:
        message = say("device.no_focused_app", "no focused app in the dump")
        raise Unreadable(message)
    return found[0][2]


def _focused(dump: str) -> Iterator[tuple[int | None, int, Foreground]]:
    """Yield (display, rank of the pattern, app) for each line about a focus.

    The display is None outside of the sections of displays, as before Android 10.
    """
    display: int | None = None
    for line in dump.splitlines():
        if _CHAPTER.match(line):
            display = None
        elif begun := _DISPLAY.match(line):
            display = int(begun["id"])
        for rank, pattern in enumerate(_FOCUS):
            if match := pattern.search(line):
                yield display, rank, Foreground(match["package"], match["activity"])


def version_name(dump: str) -> str | None:
    """Return the installed versionName, from `dumpsys package`; None when it does not say."""
    match = _VERSION.search(dump)
    return match[1] if match is not None and match[1] != "null" else None


def launcher(output: str, package: str) -> str | None:
    """Return `package/activity`, from `cmd package resolve-activity`, with `--brief` or without it.

    None when there is none of this package: also where several activities fit and Android answers with the dialog
    that asks which one (`android/com.android.internal.app.ResolverActivity`, appium #17128).
    """
    brief = rf"^\s*({re.escape(package)}/[\w.$]+)\s*$"
    if match := re.search(brief, output, re.MULTILINE):
        return match[1]
    told: dict[str, str] = {}
    for name, value in _ACTIVITY_INFO.findall(output):
        told.setdefault(name, value)
    return f"{package}/{told['name']}" if told.get("packageName") == package and "name" in told else None


def nothing_to_launch(output: str) -> bool:
    """Tell whether `cmd package resolve-activity` found no activity: the app is not installed, or has no icon."""
    return "No activity found" in output


def refused_intent(output: str) -> bool:
    """Tell whether `am start` found nothing to start, or may not; older Androids exit with 0 then."""
    return re.search(r"^\s*(?:Error\b|java\.lang\.\w+Exception\b)", output, re.MULTILINE) is not None


def unresolved_intent(output: str) -> bool:
    """Tell whether `am start` found no activity for the intent, so that another try would find none either."""
    return "unable to resolve Intent" in output


def is_listed(output: str, package: str) -> bool:
    """Tell whether `pm list packages` lists the package."""
    return re.search(rf"^\s*package:{re.escape(package)}\s*$", output, re.MULTILINE) is not None


def user(output: str) -> int | None:
    """Return the number of the user in front, from `am get-current-user`; None when it does not say."""
    match = _USER.search(output)
    return int(match[1]) if match is not None else None


def app_locales(output: str) -> list[str] | None:
    """Return the languages chosen for one app as BCP 47 tags, from `cmd locale get-app-locales`, Android 13 or later.

    An empty list means that the app follows the phone; None that the phone does not know the command or the app.
    Format: `LocaleManagerShellCommand`, with the list as `LocaleList.toString` writes it: "[fr_FR,zh_TW_#Hant]".
    """
    match = _APP_LOCALES.search(output)
    if match is None:
        return None
    return [tag for each in match["locales"].split(",") if (tag := language_tag(each))]


def no_such_service(output: str) -> bool:
    """Tell whether `cmd` says that the phone has no such service, or none that knows the command."""
    return re.search(r"Can't find service|No shell command implementation|Unknown command", output) is not None


def language_tag(locale: str) -> str:
    """Return the BCP 47 tag of the first locale in a setting, a property or a Java name; "" if there is none.

    For example "ru-RU" for "ru-RU,en-US", "zh-Hant-TW" for "zh_TW_#Hant", "he-IL" for "iw_IL", "" for "null". What is
    no language, script or region, such as a way to write numbers, is left out. Lines that are no list of locales, such
    as the linker's warnings and what `cmd` says of a service that does not run yet, are passed over.
    """
    lines = (line.strip() for line in locale.splitlines())
    first = next((line for line in lines if _LOCALES.fullmatch(line)), "").split(",")[0]
    if not first or first == "null":
        return ""
    if "_" in first or "#" in first:
        first = _from_java(first)
    match = _TAG.match(first)
    if match is None:
        return ""
    language, *rest = match[0].split("-")
    language = language.lower()
    return "-".join((_RENAMED.get(language, language), *map(_written, rest)))


def _from_java(name: str) -> str:
    """Return the tag of what `java.util.Locale.toString` writes: language, region, and the script behind a "#"."""
    language, region = ([*name.split("_"), ""])[:2]
    script = _SCRIPT.search(name)
    parts = (language, script["script"] if script else "", "" if "#" in region else region)
    return "-".join(part for part in parts if part)


def _written(part: str) -> str:
    return part.title() if len(part) == _SCRIPT_LENGTH else part.upper()


def main_display(dump: str) -> str | None:
    """Return SurfaceFlinger's number of the main display, which `screencap -d` takes, from `dumpsys display`.

    None before Android 10, where displays have none. Which one is the main display changes when a phone is folded.
    """
    for viewport in _VIEWPORT.findall(dump):
        if re.search(rf"\bdisplayId={MAIN_DISPLAY}\b", viewport) and "isActive=false" not in viewport:
            match = re.search(r"\buniqueId='local:([0-9]{1,20})'", viewport)
            return match[1] if match is not None else None
    return None


def several_displays(answer: bytes) -> bool:
    """Tell whether `screencap` says that it chose one of several displays by itself."""
    return b"Multiple displays were found" in answer[: answer.find(b"\x89PNG")]
