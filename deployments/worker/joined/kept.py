"""What a joined host remembers of its main host: one file of its data folder, readable by the owner only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from deployments.supervision.records import write_atomically
from phonefleet.errors import Permanent
from phonefleet.words import say

_NAME = "main-host.json"


@dataclass(frozen=True, slots=True)
class MainHostKept:
    """Where the main host is, the token for it, the id of this data folder, and whose certificates are believed."""

    url: str
    token: str
    installation: str
    ca: str | None = None


def kept_in(home: Path) -> MainHostKept | None:
    """Return what a data folder remembers, None when it has never joined.

    Raises:
        Permanent: the file cannot be read.

    """
    try:
        found: dict[str, Any] = json.loads((home / _NAME).read_text(encoding="utf-8"))
        return MainHostKept(**found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        message = say(
            "hosts.kept_unreadable", "{file} cannot be read ({why}): give --token and the address anew",
            file=home / _NAME, why=error,
        )  # fmt: skip
        raise Permanent(message) from error


def keep(home: Path, main: MainHostKept) -> None:
    """Remember the main host."""
    before = os.umask(0o077)
    try:
        write_atomically(home / _NAME, json.dumps(asdict(main), indent=2) + "\n")
    finally:
        os.umask(before)


def new_installation() -> str:
    """Return a new id for a data folder."""
    return uuid4().hex
