"""How much room a disk has, and why no new work starts when it is nearly full. It knows nothing of tasks."""

from __future__ import annotations

import shutil
from pathlib import Path

_MEGA = 1_000_000


def free_bytes(folder: Path) -> int | None:
    """Return how many bytes are free on the disk of a folder, or of the one that it will be in; None if unknown."""
    existing = next((each for each in (folder, *folder.absolute().parents) if each.exists()), None)
    try:
        return None if existing is None else shutil.disk_usage(existing).free
    except OSError:
        return None


def why_full(folder: Path, least: int) -> str | None:
    """Return a sentence when less than `least` bytes are free on the disk of a folder; None while there is room."""
    free = free_bytes(folder)
    if free is None or free >= least:
        return None
    room = f"only {free // _MEGA} MB are free on the disk of {folder}"
    return f"{room}: tasks wait until there are {least // _MEGA} MB again"
