"""Who else may write to a file: code runs only where nobody but its owner and root could have put it."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_writable_by_others(path: Path) -> bool:
    """Tell whether anybody but us and root may write to a file or folder. Always False on Windows."""
    if os.name == "nt":  # modes mean nothing there
        return False
    found = path.stat()
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or found.st_uid not in {0, os.geteuid()}


def writable_part(file: Path, folder: Path) -> Path | None:
    """Return the first of a file and the folders above it, up to `folder`, that others may write to; None if none is.

    Both are resolved paths, and the file lies in the folder.
    """
    above = [file, *file.parents]
    return next((each for each in above[: above.index(folder) + 1] if is_writable_by_others(each)), None)
