"""Defaults of settings that programs need which read no others, such as the commands that call the API.

`phonefleet.settings` takes them from here; it knows all settings, and loading it takes longer than such a command.
"""

from __future__ import annotations

import os
from pathlib import Path

PREFIX = "PHONEFLEET_"
"""With which the environment names settings."""

API_PORT = 50809

SHORTEST_SECRET = 16
"""Characters that a token or password must have: shorter ones can be guessed."""


def default_home() -> Path:
    """Return where data lives by default: the user's data folder, and `/var/lib/phonefleet` for root.

    The database never runs as root, and its user cannot enter root's own folder.
    """
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "phonefleet"
    if os.geteuid() == 0:
        return Path("/var/lib/phonefleet")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "phonefleet"
