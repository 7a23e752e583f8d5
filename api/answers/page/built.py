"""The files of the built page, held in memory, each with its compressed twin; it knows nothing of HTTP.

The folder is made by web/build_hook.py: either the page, or a file that says why it is missing.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "built"
INDEX = "index.html"
ASSETS = "page"
"""The folder of the files whose names change with their content."""

_NOT_BUILT = "The package was installed without a build of the page."
_COMPRESSED = {"text/html", "text/css", "text/javascript", "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page, plain and as gzip; `compressed` is None where that would help not."""

    media_type: str
    plain: bytes
    compressed: bytes | None


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """The page's files by their paths, `page/index-1a2b3c.js`; without any, `why_missing` says why."""

    files: dict[str, PageFile]
    why_missing: str = ""


@cache
def built_page(folder: Path = FOLDER) -> BuiltPage:
    """Read the folder once; it is a few dozen kilobytes, and a new build is served by the next process."""
    if not (folder / INDEX).is_file():
        told = folder / "missing.txt"
        return BuiltPage({}, told.read_text(encoding="utf-8").strip() if told.is_file() else _NOT_BUILT)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return BuiltPage({path.relative_to(folder).as_posix(): _read(path) for path in paths})


def _read(path: Path) -> PageFile:
    media_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    plain = path.read_bytes()
    compressed = gzip.compress(plain, mtime=0) if media_type in _COMPRESSED else None
    return PageFile(media_type or "application/octet-stream", plain, compressed)
