"""The errand `device_action`: one thing to do to a phone as such, such as a restart.

It is no script that a request for tasks may name; `POST /devices/actions` creates its tasks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator

from phonefleet.persons import Role
from phonefleet.scripts.naming import short
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.wording import Form
from phonefleet.words import say

ActionName = Literal["install", "reboot", "wake", "keyboard", "language", "time_zone", "stay_awake", "command"]

_REGION: Final = 2
"""How many letters a region has."""
_TAGS: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}(\s*,\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}){0,9}")
_METHOD: Final = re.compile(r"[A-Za-z][\w.]*/[\w.$]+")
_PACKAGE: Final = Form(
    r"^([A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+)?$",
    say("device_actions.package_form", "must be the package of an app, as in org.example.app"),
)


def _zone(value: str) -> str:
    if value and value not in available_timezones():
        message = say("device_actions.zone_form", "is no time zone, such as Europe/Berlin")
        raise ValueError(message)
    return value


def _keyboard(value: str) -> str:
    if value and not _METHOD.fullmatch(value):
        message = say(
            "device_actions.method_form", "is no id of an input method, such as com.android.inputmethod.latin/.LatinIME"
        )
        raise ValueError(message)
    return value


def _spelt(tag: str) -> str:
    """Return a language tag in its usual spelling: "pt-br" is "pt-BR", "zh-hant" is "zh-Hant" (RFC 5646, 2.1.1)."""
    first, *others = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == _REGION else part.title() for part in others)])


def _language(value: str) -> str:
    if value and not _TAGS.fullmatch(value.strip()):
        message = say("device_actions.language_form", "is no language, such as de-DE, or several with commas between")
        raise ValueError(message)
    return ",".join(_spelt(tag.strip()) for tag in value.split(",") if tag.strip())


class ActionOptions(ScriptConfig):
    """What to do to a phone. Each field belongs to the action of its name, or to those that its description names."""

    action: ActionName = Field(description="What to do to the phone.")
    apk: Annotated[str, Field(max_length=400)] = Field(
        default="",
        description="install: an APK of the library, by its SHA-256 or at least 8 digits of it, by its file's name, or "
        "by its package where the library has one version of it.",
    )
    allow_downgrade: bool = Field(
        default=False, description="install: also over a newer version, which Android grants to debuggable apps alone."
    )
    within: Annotated[int, Field(ge=30, le=1800)] = Field(
        default=300, description="reboot: how long the phone may take to be back, in seconds."
    )
    keyboard: Annotated[str, Field(max_length=300), AfterValidator(_keyboard)] = Field(
        default="", description="keyboard: the input method to choose; empty: the one that the phone had before."
    )
    language: Annotated[str, Field(max_length=200), AfterValidator(_language)] = Field(
        default="",
        description="language: BCP 47 tags with commas between, the first one first. The phone's are shown after its "
        "next restart. With `app_package` empty lets the app follow the phone.",
    )
    app_package: Annotated[str, Field(max_length=255), _PACKAGE] = Field(
        default="", description="language: the app whose language it is, on Android 13 and later; empty: the phone's."
    )
    time_zone: Annotated[str, Field(max_length=100), AfterValidator(_zone)] = Field(
        default="", description="time_zone: an IANA name, such as Europe/Berlin."
    )
    stay_awake: bool = Field(
        default=True, description="stay_awake: whether the display stays on while the phone is charged."
    )
    command: Annotated[str, Field(max_length=63)] = Field(
        default="", description="command: the name of a command in the administrator's list, device-commands.yaml."
    )

    @model_validator(mode="after")
    def _fields_of_the_action(self) -> Self:
        kind = KINDS[self.action]
        owners = {field: name for name, one in KINDS.items() for field in one.fields}
        strange = sorted(
            field for field in self.model_fields_set & owners.keys() - set(kind.fields) if not self._is_default(field)
        )
        if strange:
            message = say(
                "device_actions.of_another_action",
                "{field} belongs to the action {owner}, and not to {action}",
                field=strange[0],
                owner=owners[strange[0]],
                action=self.action,
            )
            raise ValueError(message)
        missing = [field for field in kind.needed if not getattr(self, field)]
        if missing:
            message = say(
                "device_actions.field_needed",
                "{field} is needed for the action {action}",
                field=missing[0],
                action=self.action,
            )
            raise ValueError(message)
        if self.action == "language" and not (self.language or self.app_package):
            message = say(
                "device_actions.language_needed",
                "language is needed for the action language, unless app_package names an app",
            )
            raise ValueError(message)
        return self

    def _is_default(self, field: str) -> bool:
        return bool(getattr(self, field) == type(self).model_fields[field].default)

    @property
    def kind(self) -> Kind:
        """What is true of its action."""
        return KINDS[self.action]


class DeviceActionConfig(ActionOptions):
    """What to do to a phone, and who has asked for it."""

    label: Annotated[str, Field(max_length=400)] = Field(
        default="", description="install: app and version in words, which the API fills in."
    )
    asked_by: Annotated[str, Field(max_length=100)] = Field(
        default="", description="Who has asked for it, which the API fills in."
    )

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return self.kind.usual

    def summary(self) -> str:
        """Return what people read: "restart the phone"."""
        return self.kind.summary(self)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is true of one action: its fields, those without which it is refused, who may ask for it, and its words."""

    role: Role
    usual: timedelta
    summary: Callable[[DeviceActionConfig], str]
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


def _language_in_words(config: DeviceActionConfig) -> str:
    language = config.language or say("device_actions.that_of_phone", "that of the phone")
    if config.app_package:
        return say(
            "device_actions.does_app_language", "set the language of {app} to {language}",
            app=short(config.app_package), language=language,
        )  # fmt: skip
    return say("device_actions.does_language", "set the language to {language}", language=language)


def _keyboard_in_words(config: DeviceActionConfig) -> str:
    keyboard = short(config.keyboard) if config.keyboard else say("device_actions.of_before", "of before")
    return say("device_actions.does_keyboard", "choose the keyboard {keyboard}", keyboard=keyboard)


def _awake_in_words(config: DeviceActionConfig) -> str:
    if config.stay_awake:
        return say("device_actions.does_stay_awake", "stay awake while charged")
    return say("device_actions.does_not_stay_awake", "do not stay awake while charged")


_SOON: Final = timedelta(seconds=3)

KINDS: Final[Mapping[ActionName, Kind]] = {
    "install": Kind(
        Role.ADMINISTER, timedelta(seconds=40),
        lambda config: say("device_actions.does_install", "install {app}", app=short(config.label or config.apk)),
        ("apk", "allow_downgrade"), ("apk",),
    ),
    "reboot": Kind(
        Role.OPERATE, timedelta(seconds=60), lambda _: say("device_actions.does_reboot", "restart the phone"),
        ("within",),
    ),
    "wake": Kind(Role.OPERATE, _SOON, lambda _: say("device_actions.does_wake", "wake the phone")),
    "keyboard": Kind(Role.OPERATE, _SOON, _keyboard_in_words, ("keyboard",)),
    "language": Kind(Role.OPERATE, _SOON, _language_in_words, ("language", "app_package")),
    "time_zone": Kind(
        Role.OPERATE, _SOON,
        lambda config: say("device_actions.does_time_zone", "set the time zone to {zone}", zone=config.time_zone),
        ("time_zone",), ("time_zone",),
    ),
    "stay_awake": Kind(Role.OPERATE, _SOON, _awake_in_words, ("stay_awake",)),
    "command": Kind(
        Role.ADMINISTER, timedelta(seconds=10),
        lambda config: say("device_actions.does_command", "run the saved command {command}", command=config.command),
        ("command",), ("command",),
    ),
}  # fmt: skip

SCRIPT = Script(name="device_action", title="Device action", config=DeviceActionConfig)
