"""The names of media files: as people write them, as Windows writes paths, and as the library stores them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

DIGEST = 12
"""How many hexadecimal digits of a file's SHA-256 stand in its name in the library."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 60
_DRIVE = re.compile(r"([A-Za-z]):[\\/](.*)", re.DOTALL)
_DISTRIBUTION = re.compile(r"[\\/]{2}wsl(?:\$|\.localhost)[\\/][^\\/]+[\\/](.*)", re.DOTALL | re.IGNORECASE)


def stored_name(name: str, digest: str, suffix: str) -> str:
    """Return the name under which the library stores a file that was given under a name."""
    return f"{stem_of(name)}-{digest[:DIGEST]}{suffix}"


def stored_as(name: str, folder: Path) -> Sequence[Path]:
    """Return the files of the library's folder that were added under a name, whatever its suffix said."""
    stored = re.compile(rf"{re.escape(stem_of(name))}-[0-9a-f]{{{DIGEST}}}\.[a-z0-9]+")
    return sorted(path for path in folder.iterdir() if stored.fullmatch(path.name)) if folder.is_dir() else ()


def stem_of(name: str) -> str:
    """Return what is left of a given name when only harmless letters stay."""
    stem = _UNSAFE.sub("-", Path(name.replace("\\", "/")).stem).strip("-.")[:_LONGEST_NAME]
    return stem or "media"


def mounted(text: str) -> str:
    """Return the path at which Linux under Windows (WSL) has what a Windows path names; other paths as they are.

    Drives are mounted below /mnt (WSL's documentation: automount), and Windows shows the files of a distribution as
    those of a server named wsl.localhost or wsl$. So `C:/pictures/bread.jpg`, with slashes of either kind, is
    /mnt/c/pictures/bread.jpg.
    """
    if drive := _DRIVE.fullmatch(text):
        return f"/mnt/{drive[1].lower()}/{_slashes(drive[2])}"
    if distribution := _DISTRIBUTION.fullmatch(text):
        return f"/{_slashes(distribution[1])}"
    return text


def _slashes(path: str) -> str:
    return path.replace("\\", "/")
