"""The folder of own scripts as it is on the disk: which files there are, when they changed, and which may be loaded.

Nothing is imported here: a file is parsed to see whether it can hold a script at all.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phonefleet.own_scripts.rights import is_writable_by_others, writable_part
from phonefleet.words import say

_MARKS: Final = frozenset({"prefect", "flows", "tasks"})
"""A file that imports none of these packages holds no script: it is a module that scripts import."""

_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "venv"})

Stamp = tuple[int, ...]
"""What changes with a file: times, size, number on the disk, owner and rights."""

Stamps = Mapping[Path, Stamp]
"""The stamps of a folder's Python files and of the folders that they lie in."""


def stamps_of(folder: Path) -> dict[Path, Stamp]:
    """Return the stamps of all Python files in a folder and below; hidden ones and virtual environments are left out.

    A folder that is not there has none.
    """
    found: dict[Path, Stamp] = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        here = Path(place)
        paths = [here / name for name in files if name.endswith(".py") and not name.startswith(".")]
        for path in (here, *paths):
            if (stamp := _stamp(path, whole=path != here)) is not None:
                found[path] = stamp
    return found


def files_of(stamps: Stamps, folder: Path) -> list[Path]:
    """Return the Python files that lie in the folder itself, by name."""
    return sorted(path for path in stamps if path.parent == folder and path.suffix == ".py" and path != folder)


def why_unsafe(file: Path, folder: Path) -> str | None:
    """Return why a file may not be loaded, in words that go behind its name; None when it may.

    It must lie in the folder, also behind links, and nobody but its owner and root may write to it.
    """
    try:
        real, root = file.resolve(strict=True), folder.resolve(strict=True)
        if not real.is_relative_to(root):
            return say(
                "own_scripts.leads_out_put_file_itself",
                "leads out of {folder}: put the file itself there",
                folder=folder,
            )
        writable = writable_part(real, root)
    except OSError as error:
        return say("own_scripts.cannot_read", "cannot be read: {strerror}", strerror=error.strerror)
    if writable is None:
        return None
    what = "it" if writable == real else str(writable)
    return say(
        "own_scripts.not_run_because_others_may",
        "is not run because others may write to {what}: take that right away (chmod go-w {writable})",
        what=what,
        writable=writable,
    )


def unsafe_below(file: Path) -> bool:
    """Tell whether others may write to a module that a script imports, or to its folder."""
    return is_writable_by_others(file) or is_writable_by_others(file.parent)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the text of a file shows without running it: whether it can hold scripts, and where its functions are."""

    may_hold_scripts: bool
    lines: Mapping[str, int]
    error: tuple[int, str] | None = None
    """Line and reason, where the text is no Python."""


def outline_of(file: Path) -> Outline:
    """Return the outline of a file. Raises `OSError`."""
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except SyntaxError as error:
        return Outline(
            may_hold_scripts=True,
            lines={},
            error=(error.lineno or 1, say("own_scripts.syntaxerror", "{msg} (SyntaxError)", msg=error.msg)),
        )
    except ValueError as error:  # null bytes
        return Outline(may_hold_scripts=True, lines={}, error=(1, str(error)))
    imported = {name.partition(".")[0] for name in _imported(tree)}
    return Outline(may_hold_scripts=bool(imported & _MARKS), lines=_lines(tree))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _lines(tree: ast.Module) -> dict[str, int]:
    return {
        node.name: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) or isinstance(node, ast.AsyncFunctionDef)  # noqa: SIM101
    }


def _stamp(path: Path, *, whole: bool) -> Stamp | None:
    """Return the stamp of a file, or only rights and owner of a folder; None when it is gone by now."""
    try:
        found = path.stat()
    except OSError:
        return None
    rights = (found.st_mode, found.st_uid)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, *rights) if whole else rights
