"""Installs or updates an app from an APK, and tells by the content of what is installed that it is this one.

The reasons are those of Android's PackageManager (`INSTALL_FAILED_…`, `INSTALL_PARSE_FAILED_…`), as `pm install`
prints them: `Failure [REASON: message]`. The APK goes through /data/local/tmp, from where `pm` may read on all
versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import lines, refused
from phonefleet.errors import NeedsPerson, Permanent, PhonefleetError, PhoneForbids, ShellFailed
from phonefleet.words import Message, say

_FOLDER: Final = "/data/local/tmp"
_INSTALLING: Final = timedelta(minutes=5)
"""How long Android may take to check and to compile a large app on an old phone."""

_FAILURE: Final = re.compile(r"Failure \[(?P<reason>[A-Z_]+)(?::?\s*(?P<said>[^\]]*))?\]")
_CODE_PATH: Final = re.compile(r"^\s*codePath=(?P<path>/\S+)", re.MULTILINE)
_UPDATED: Final = re.compile(r"\blastUpdateTime=(?P<at>[0-9-]+ [0-9:]+)")
_DIGEST: Final = re.compile(r"\b[0-9a-f]{64}\b")
_VERSION: Final = re.compile(r"\bversionCode=(?P<code>\d+)")
_SHOWN: Final = 150

_WHY: Final = {
    "INSTALL_FAILED_VERSION_DOWNGRADE": say(
        "device_actions.install_version_downgrade",
        "the phone has a newer version: allow an older one, which Android grants only to debuggable apps, or uninstall "
        "the app first (its data is lost)",
    ),
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE": say(
        "device_actions.install_update_incompatible",
        "the app on the phone was signed by somebody else: uninstall it first (its data is lost), or take an APK from "
        "where that one came from",
    ),
    "INSTALL_FAILED_INSUFFICIENT_STORAGE": say(
        "device_actions.install_insufficient_storage",
        "the phone has no room for it: delete something on it",
    ),
    "INSTALL_FAILED_NOT_ENOUGH_SPACE": say(
        "device_actions.install_insufficient_storage",
        "the phone has no room for it: delete something on it",
    ),
    "INSTALL_FAILED_OLDER_SDK": say(
        "device_actions.install_older_sdk",
        "the phone's Android is too old for this app",
    ),
    "INSTALL_FAILED_DEPRECATED_SDK_VERSION": say(
        "device_actions.install_deprecated_sdk_version",
        "the app is made for an Android that is too old for this phone",
    ),
    "INSTALL_FAILED_NO_MATCHING_ABIS": say(
        "device_actions.install_no_matching_abis",
        "the app is made for another kind of processor",
    ),
    "INSTALL_FAILED_CPU_ABI_INCOMPATIBLE": say(
        "device_actions.install_no_matching_abis",
        "the app is made for another kind of processor",
    ),
    "INSTALL_FAILED_MISSING_SPLIT": say(
        "device_actions.install_missing_split",
        "this APK is one part of an app: take one that holds the whole app",
    ),
    "INSTALL_FAILED_TEST_ONLY": say(
        "device_actions.install_test_only",
        "the app is marked as made for tests only",
    ),
    "INSTALL_FAILED_MISSING_FEATURE": say(
        "device_actions.install_missing_feature",
        "the phone lacks hardware that the app needs",
    ),
    "INSTALL_FAILED_MISSING_SHARED_LIBRARY": say(
        "device_actions.install_missing_shared_library",
        "the phone lacks a library that the app needs",
    ),
    "INSTALL_FAILED_DUPLICATE_PERMISSION": say(
        "device_actions.install_duplicate_permission",
        "another app on the phone defines the same permission",
    ),
    "INSTALL_FAILED_CONFLICTING_PROVIDER": say(
        "device_actions.install_conflicting_provider",
        "another app on the phone offers the same content",
    ),
    "INSTALL_FAILED_SHARED_USER_INCOMPATIBLE": say(
        "device_actions.install_shared_user_incompatible",
        "the phone has other apps of the same shared user, signed otherwise",
    ),
    "INSTALL_FAILED_VERIFICATION_FAILURE": say(
        "device_actions.install_verification_failure",
        "Android's app verification has refused it",
    ),
    "INSTALL_PARSE_FAILED_NO_CERTIFICATES": say(
        "device_actions.install_no_certificates",
        "the APK is not signed",
    ),
    "INSTALL_PARSE_FAILED_NOT_APK": say(
        "device_actions.install_not_apk",
        "the phone does not take it for an APK: it may be damaged",
    ),
}
_OF_A_PERSON: Final = {
    "INSTALL_FAILED_USER_RESTRICTED": say(
        "device_actions.install_user_restricted",
        "the phone asks a person: allow 'Install via USB' in its developer options, and answer what it shows",
    ),
    "INSTALL_FAILED_ABORTED": say(
        "device_actions.install_aborted",
        "the installation was declined on the phone",
    ),
    "INSTALL_FAILED_VERIFICATION_TIMEOUT": say(
        "device_actions.install_verification_timeout",
        "Android's app verification waits for an answer on the phone",
    ),
}


@dataclass(frozen=True, slots=True)
class Install:
    """Installs the APK at `path`, whose content has the digest `sha256`; `older` allows a version before the present.

    Installing the same content twice is the same as once.
    """

    path: Path
    package: str
    version_code: int
    label: str
    sha256: str
    task_id: int
    older: bool = False

    @property
    def repeatable(self) -> bool:
        """Installing the same content again changes nothing."""
        return True

    @property
    def within(self) -> timedelta:
        """What `pm` has installed is there when it returns."""
        return timedelta(seconds=10)

    @property
    def settles(self) -> timedelta:
        """An installation goes on when its connection breaks, and a second one then waits for it in Android."""
        return timedelta()

    def look(self, phone: Phone) -> str:
        """Return the digest of what is installed, when it was, and its version code; "" where nothing is.

        A phone whose shell may not read installed APKs has "?" as digest.

        Raises:
            ShellFailed: it says nothing about its packages.

        """
        output = phone.shell(["dumpsys", "package", self.package])
        version, path = _VERSION.search(output), _CODE_PATH.search(output)
        if not lines(output):
            message = say("device_actions.nothing_about_apps", "the phone says nothing about its apps")
            raise ShellFailed(message)
        if version is None or path is None:
            return ""
        file = path["path"] if path["path"].endswith(".apk") else f"{path['path']}/base.apk"
        digest, at = _DIGEST.search(phone.attempt(["sha256sum", file], _INSTALLING)[0]), _UPDATED.search(output)
        return f"{digest[0] if digest else '?'} {at['at'].replace(' ', 'T') if at else '?'} {version['code']}"

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether this very content is installed; where nobody can see, whether its version came just now."""
        unseen = now.startswith("?") and now != before and now.endswith(f" {self.version_code}")
        return now.startswith(self.sha256) or unseen

    def act(self, phone: Phone) -> None:
        """Copy the APK to the phone, install it, and remove the copy.

        Raises:
            Permanent: the phone does not take it; the message says why and what to do.
            NeedsPerson: a person has to allow it on the phone.
            ShellFailed: it failed for a reason that may pass.

        """
        copy = f"{_FOLDER}/phonefleet-{self.task_id}.apk"
        phone.push(self.path, copy, datetime.fromtimestamp(0, UTC))
        try:
            output, code = phone.attempt(["pm", "install", "-r", *(["-d"] if self.older else []), copy], _INSTALLING)
        finally:
            self._remove(phone, copy)
        if code or "Success" not in output:
            raise _error(self.label, output)

    def _remove(self, phone: Phone, copy: str) -> None:
        """Remove the copy, unless the phone is away by now: its next installation there writes over it."""
        try:
            phone.attempt(["rm", "-f", copy])
        except PhonefleetError:
            return

    def told(self, before: str, now: str) -> str:
        """Say which version it is and was."""
        if before == now:
            return self.label
        if not before:
            return say("device_actions.was_not_installed", "{app}; before, it was not installed", app=self.label)
        code = before.rsplit(maxsplit=1)[-1]
        return say("device_actions.had_version", "{app}; before, version code {code}", app=self.label, code=code)

    def failed(self, before: str, now: str | None) -> str:
        """Say that something else is installed."""
        del before
        if not now:
            return say(
                "device_actions.not_there",
                "the phone says that {app} is installed, and does not have it",
                app=self.label,
            )
        return say(
            "device_actions.another_content",
            "the phone says that {app} is installed, and has version code {code} of another content",
            app=self.label,
            code=now.split()[-1],
        )


def _error(label: str, output: str) -> PhonefleetError:
    found = _FAILURE.search(output)
    reason = found["reason"] if found else ""
    if reason in _OF_A_PERSON:
        return NeedsPerson(_not_installed(label, _OF_A_PERSON[reason], reason))
    if reason in _WHY:
        return Permanent(_not_installed(label, _WHY[reason], reason))
    said = " ".join(lines(output))[:_SHOWN] or say("device_actions.said_nothing", "nothing")
    if found is not None:
        return Permanent(
            say("device_actions.phone_says", "{app} is not installed: the phone says {said}", app=label, said=said)
        )
    if refused(output):
        return PhoneForbids(
            say(
                "device_actions.no_installing",
                "this phone does not let adb install {app} ({said})",
                app=label,
                said=said,
            )
        )
    return ShellFailed(say("device_actions.pm_said", "pm install said: {said}", said=said))


def _not_installed(label: str, why: str, reason: str) -> Message:
    return say(
        "device_actions.not_installed", "{app} is not installed: {why} ({reason})", app=label, why=why, reason=reason
    )
