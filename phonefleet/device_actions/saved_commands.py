"""The administrator's list of commands for phones: `device-commands.yaml` in the data folder.

    commands:
      free-space:
        description: How much room is left
        run: [df, -h, /data]
      clear-downloads:
        description: Delete what was downloaded
        run: [rm, -rf, /sdcard/Download/old]
        timeout: 60
        repeatable: true

Over HTTP a command can only be named; what it runs stands in this file alone. Each argument is one argument on the
phone, whatever it holds: no shell reads it unless the list begins with one. The file is read anew each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from phonefleet import yaml_text
from phonefleet.errors import Permanent
from phonefleet.own_scripts.rights import is_writable_by_others
from phonefleet.persons import Role
from phonefleet.words import say

FILE: Final = "device-commands.yaml"
NAME: Final = r"^[a-z0-9][a-z0-9-]{0,62}$"
_LARGEST: Final = 100_000
"""In bytes."""

_Name = Annotated[str, StringConstraints(pattern=NAME)]
_Argument = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]


class CommandsBroken(Permanent):
    """The list of saved commands cannot be used."""


class CommandUnknown(Permanent):
    """The list of saved commands has no such command."""


@dataclass(frozen=True, slots=True)
class SavedCommand:
    """A command for phones; `role` is who may ask for it, `repeatable` whether running it twice does no harm."""

    name: str
    run: tuple[str, ...]
    description: str = ""
    timeout: timedelta = timedelta(seconds=30)
    repeatable: bool = False
    role: Role = Role.ADMINISTER


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    run: Annotated[tuple[_Argument, ...], Field(min_length=1, max_length=100)]
    description: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    timeout: Annotated[float, Field(ge=1, le=900, allow_inf_nan=False)] = 30
    repeatable: bool = False
    role: Role = Role.ADMINISTER


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    commands: Annotated[dict[_Name, _Entry], Field(max_length=100)] = {}


def saved_commands(home: Path) -> Mapping[str, SavedCommand]:
    """Return the commands of the list in a data folder, by name; none where there is no such file.

    Raises:
        CommandsBroken: it cannot be read, others may write to it, or it says something that is not understood.

    """
    file = home / FILE
    try:
        if not file.exists():
            return {}
        if is_writable_by_others(file):
            message = say(
                "device_actions.list_open_to_others",
                "{file} may be written by others than its owner: take that right away (chmod go-w)",
                file=file,
            )
            raise CommandsBroken(message)
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            message = say(
                "device_actions.list_too_large", "{file} has more than {most} bytes", file=file, most=_LARGEST
            )
            raise CommandsBroken(message)
        _, values = yaml_text.read(content.decode())
        parsed = _File.model_validate(values or {})
    except OSError as error:
        message = say(
            "device_actions.list_unreadable", "{file} cannot be read: {reason}", file=file, reason=error.strerror
        )
        raise CommandsBroken(message) from error
    except UnicodeDecodeError as error:
        message = say("device_actions.list_not_utf_8", "{file} is not written in UTF-8", file=file)
        raise CommandsBroken(message) from error
    except yaml.YAMLError as error:
        message = say(
            "device_actions.list_no_yaml",
            "{file} is no YAML: {error}",
            file=file,
            error=" ".join(str(error).split())[:200],
        )
        raise CommandsBroken(message) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise CommandsBroken(message) from error
    return {name: _command(name, entry) for name, entry in parsed.commands.items()}


def saved_command(home: Path, name: str) -> SavedCommand:
    """Return the command of a name.

    Raises:
        CommandUnknown: the list has none of this name.
        CommandsBroken: the list cannot be used.

    """
    known = saved_commands(home)
    if name not in known:
        message = say("device_actions.no_command", "{file} has no command {name!r}", file=FILE, name=name[:100])
        raise CommandUnknown(message)
    return known[name]


def _command(name: str, entry: _Entry) -> SavedCommand:
    return SavedCommand(
        name, entry.run, entry.description, timedelta(seconds=entry.timeout), entry.repeatable, entry.role
    )
