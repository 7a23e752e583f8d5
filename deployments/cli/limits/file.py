"""Reads and writes the limits as a TOML file, which people can edit."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from phonefleet.client.answers import Limits
from phonefleet.errors import Permanent

STANDARD = Path("-")
_FIELDS = ("when_met", "gap", "timezone", "allow_shared_pool")
_TABLES = ("budgets", "gaps", "hours")
_SELECTING = ("username", "app", "tag", "group", "when_met", "gap")
_HEADING = """\
# What protects the accounts. Budgets are actions a day, gaps are seconds, hours are local time.
# Apply with: phonefleet limits apply FILE
"""


def read(file: Path) -> dict[str, Any]:
    """Parse a limits file; its fields are validated by the API.

    Raises:
        Permanent: the file cannot be read or is no TOML.

    """
    try:
        return tomllib.loads(sys.stdin.read() if file == STANDARD else file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise Permanent(message) from error


def written(limits: Limits) -> str:
    """Return the limits as TOML."""
    lines = [_HEADING, *_fields(limits, _FIELDS), *_tables(limits, "")]
    for override in limits["overrides"]:
        lines += ["\n[[overrides]]", *_fields(override, _SELECTING), *_tables(override, "overrides.")]
    return "\n".join(lines) + "\n"


def _fields(values: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [f"{name} = {_value(values[name])}" for name in names if values[name] is not None]


def _tables(values: Mapping[str, Any], prefix: str) -> list[str]:
    lines: list[str] = []
    for name in _TABLES:
        if values[name]:
            lines += [f"\n[{prefix}{name}]", *(f"{key} = {_value(value)}" for key, value in values[name].items())]
    return lines


def _value(value: object) -> str:
    """Return a value as TOML, which writes numbers, booleans, lists and strings as JSON does, except for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
