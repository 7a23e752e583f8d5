"""The options of a request for tasks, shared by `task create`, `plan` and `campaign create`."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import typer

from phonefleet.durations import parse_duration
from phonefleet.errors import Permanent
from phonefleet.words import tr

_JSON: Final = frozenset('{["')
"""What JSON begins with that could be meant; anything else may be the name of a file."""
FAILED_STATUS: Final = 3

IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Number of the task.")]
ScriptArgument = Annotated[str, typer.Argument(help="Name of the script, such as follow or unfollow.")]
DevicesOption = Annotated[
    list[str] | None,
    typer.Option("--device", "-d", metavar="PHONE", help="Any name of a phone, or group:NAME; repeatable."),
]
UsernamesOption = Annotated[
    list[str] | None,
    typer.Option("--username", "-u", help="Account to act as, or tag:NAME, instead of a phone; repeatable."),
]
TargetsOption = Annotated[
    list[str] | None, typer.Option("--target", "-t", help="User, or address of a post: one task each; repeatable.")
]
ConfigOption = Annotated[
    str, typer.Option("--config", metavar="JSON|FILE", help="The whole script_config, or a file of JSON with it.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="A field of the script_config, such as a.b=5; repeatable."),
]
MultiAccountOption = Annotated[bool, typer.Option("--multi-account", help="One task for each account of each phone.")]
MinIntervalOption = Annotated[
    str | None,
    typer.Option("--min-interval", metavar="DURATION", help="Shortest wait between tasks; 1 second if left out."),
]
MaxIntervalOption = Annotated[
    str | None,
    typer.Option("--max-interval", metavar="DURATION", help="Longest wait, such as 90 or 10m; 5 seconds if left out."),
]
UnitOption = Annotated[
    Literal["seconds", "minutes"] | None,
    typer.Option("--interval-unit", help="Unit of both; what the API is set to if left out: seconds."),
]
StartTimeOption = Annotated[str | None, typer.Option("--start-time", help="HH:MM or ISO 8601; now if left out.")]
AppOption = Annotated[str | None, typer.Option("--app", help="App profile to drive.")]


def request_fields(  # noqa: PLR0913 - a request has as many parts as it has
    serials: list[str] | None,
    usernames: list[str] | None,
    script_config: dict[str, Any],
    *,
    multi_account: bool,
    intervals: tuple[str | None, str | None, Literal["seconds", "minutes"] | None],
    app: str | None,
    start_time: str | None = None,
) -> dict[str, Any]:
    """Return the fields of a request; `intervals` is (shortest wait, longest wait, unit) between tasks."""
    shortest, longest, unit = _intervals(*intervals)
    return {
        "serials": serials or None, "usernames": usernames or None, "script_config": script_config,
        "enable_multi_account": multi_account, "min_interval": shortest, "max_interval": longest,
        "interval_unit": unit, "start_time": start_time, "app": app,
    }  # fmt: skip


def config_of(text: str, targets: list[str] | None, fields: list[str] | None = None) -> dict[str, Any]:
    """Return the script_config: the JSON of --config, with the fields of --set and the targets of --target.

    Raises:
        Permanent: `text` is no JSON object, and no file with one.

    """
    try:
        config = json.loads(text if _is_json(text) else _file(text))
    except ValueError as error:
        message = tr("--config is not JSON: {error}", error=error)
        raise Permanent(message) from error
    if not isinstance(config, dict):
        message = tr('--config must be a JSON object, such as \'{"target_users": ["a"]}\'.')
        raise Permanent(message)
    for field in fields or []:
        _set(cast("dict[str, Any]", config), field)
    return {**config, **_targets(targets or [])}


def _is_json(text: str) -> bool:
    """Tell whether --config is JSON and no name of a file: it begins like JSON, and no file is named so."""
    return text.lstrip()[:1] in _JSON or not Path(text).is_file()


def _file(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _set(config: dict[str, Any], given: str) -> None:
    """Set one field of a configuration from "a.b=5"; a value that is no JSON is a text."""
    name, sign, text = given.partition("=")
    if not sign or not all(name.split(".")):
        message = tr("--set is written FIELD=VALUE, not {given!r}", given=given)
        raise typer.BadParameter(message)
    *parts, last = name.split(".")
    for part in parts:
        inner = config.setdefault(part, {})
        if not isinstance(inner, dict):
            message = tr("--set {name}: {part} has no fields", name=name, part=part)
            raise typer.BadParameter(message)
        config = cast("dict[str, Any]", inner)
    try:
        config[last] = json.loads(text)
    except ValueError:
        config[last] = text


def _targets(given: list[str]) -> dict[str, list[str]]:
    """Sort the targets into the fields of a script_config: addresses of posts, and users."""
    posts = [target for target in given if "://" in target]
    users = [target for target in given if "://" not in target]
    return {name: found for name, found in (("target_post_urls", posts), ("target_users", users)) if found}


def _intervals(
    shortest: str | None, longest: str | None, unit: Literal["seconds", "minutes"] | None
) -> tuple[float | None, float | None, Literal["seconds", "minutes"] | None]:
    """Return both bounds as the API takes them: bare numbers in the unit, or all in seconds where one says its own."""
    given = [bound for bound in (shortest, longest) if bound is not None]
    try:
        if all(map(_is_number, given)):
            return _number(shortest), _number(longest), unit
        one = timedelta(minutes=1) if unit == "minutes" else timedelta(seconds=1)
        return _seconds(shortest, one), _seconds(longest, one), "seconds"
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdecimal()


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _seconds(text: str | None, one: timedelta) -> float | None:
    if text is None:
        return None
    return float(text) * one.total_seconds() if _is_number(text) else parse_duration(text).total_seconds()
