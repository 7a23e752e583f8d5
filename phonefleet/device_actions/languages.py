"""Sets the language of a phone, or of one app on it, as far as adb may do so.

One app: `cmd locale set-app-locales`, which Android has from version 13 on (LocaleManagerService). The whole phone:
Android's own settings change it at once, but adb's shell may not; it may write the setting that Android reads at its
next start (`Settings.System.SYSTEM_LOCALES`, read by Settings.System.getConfiguration).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import AtOnce, ask, forbid, order, refused
from phonefleet.errors import AppMissing, PhoneForbids
from phonefleet.words import say

_LOCALES: Final = re.compile(r"Locales for \S+ for user -?\d+ are \[(?P<tags>[^\]]*)\]")
_NO_SERVICE: Final = "Can't find service: locale"
_SETTING: Final = ("system", "system_locales")
_NO_LANGUAGE: Final = say(
    "device_actions.no_language",
    "this phone does not let adb set its language: choose it in the phone's settings",
)
_OF_THE_PHONE: Final = say("device_actions.that_of_the_phone", "that of the phone")


@dataclass(frozen=True, slots=True)
class SetPhoneLanguage(AtOnce):
    """Sets the languages of a phone: BCP 47 tags, separated by commas, the first one first."""

    tags: str

    def look(self, phone: Phone) -> str:
        """Return the stored languages; "null" where nobody has chosen one."""
        return ask(phone, "settings", "get", *_SETTING)

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the wanted languages are stored."""
        del before
        return now.casefold() == self.tags.casefold()

    def act(self, phone: Phone) -> None:
        """Store them."""
        output = order(phone, ["settings", "put", *_SETTING, self.tags])
        if refused(output):
            forbid(_NO_LANGUAGE, output)

    def told(self, before: str, now: str) -> str:
        """Say that Android takes it at its next start."""
        if before == now:
            return now
        return say(
            "device_actions.after_restart",
            "{now}, which the phone shows after its next restart; before, {before}",
            now=now,
            before=before,
        )

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not stay."""
        del before
        return say(
            "device_actions.keeps_language",
            "the phone keeps the language {now}: choose another one in its settings",
            now=now,
        )


@dataclass(frozen=True, slots=True)
class SetAppLanguage(AtOnce):
    """Sets the languages of one app; no tags let it follow the phone."""

    package: str
    tags: str

    def look(self, phone: Phone) -> str:
        """Return the languages that were chosen for the app.

        Raises:
            AppMissing: it is not installed.
            PhoneForbids: this phone's Android knows no language of an app.

        """
        output, _ = phone.attempt(["cmd", "locale", "get-app-locales", self.package])
        found = _LOCALES.search(output)
        if found is None:
            self._complain(output)
        return found["tags"]

    def _complain(self, output: str) -> NoReturn:
        if _NO_SERVICE in output:
            message = say(
                "device_actions.no_languages_of_apps",
                "this phone's Android knows no language of an app: that came with Android 13",
            )
            raise PhoneForbids(message)
        if "Unknown package" in output:
            message = say(
                "device_actions.app_not_installed", "{package} is not installed on the phone", package=self.package
            )
            raise AppMissing(message)
        forbid(say("device_actions.no_app_language", "this phone does not let adb read the language of an app"), output)

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the wanted languages are chosen."""
        del before
        return now.casefold() == self.tags.casefold()

    def act(self, phone: Phone) -> None:
        """Choose them."""
        chosen = ["--locales", self.tags] if self.tags else []
        order(phone, ["cmd", "locale", "set-app-locales", self.package, *chosen])

    def told(self, before: str, now: str) -> str:
        """Say which language the app has and had."""
        shown = now or _OF_THE_PHONE
        if before == now:
            return shown
        return say("device_actions.before", "{now}; before, {before}", now=shown, before=before or _OF_THE_PHONE)

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not stay."""
        del before
        return say(
            "device_actions.app_keeps_language",
            "{package} keeps the language {now}: choose another one in the phone's settings",
            package=self.package,
            now=now or say("device_actions.of_the_phone", "of the phone"),
        )
