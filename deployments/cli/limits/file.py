"""Reads and writes the limits as a TOML file, which people can edit."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from phonefleet.client.answers import Limits
from phonefleet.errors import Permanent
from phonefleet.words import tr

STANDARD = Path("-")
_TABLES = ("budgets", "gaps", "hours")
_OF_ALL = ("when_met", "gap", "timezone", "allow_shared_pool", *_TABLES)
_OF_OVERRIDE = ("username", "app", "tag", "group", "when_met", "gap", *_TABLES)
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
        message = tr("{file} cannot be read: {error}", file=file, error=error)
        raise Permanent(message) from error


def written(limits: Limits) -> str:
    """Return the limits as TOML."""
    overrides = [_kept(override, _OF_OVERRIDE) for override in limits["overrides"]]
    told = _kept(limits, _OF_ALL) | ({"overrides": overrides} if overrides else {})
    return f"{_HEADING}\n{tomli_w.dumps(told)}"


def _kept(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return what a file says: TOML has no null, and an empty table says nothing."""
    return {name: values[name] for name in names if values[name] is not None and values[name] != {}}
