"""Puts files into the folder of own scripts and takes them away: what `phonefleet script add` and `remove` do.

A file is read as it will be in the folder before it replaces anything there, and whatever is wrong changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from phonefleet.errors import Permanent
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.own_scripts.described import DescribedFile, DescribedScript, Flaw
from phonefleet.words import joined, say

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.py")
_ORIGINS: Final = ".origins.json"
"""From where `add` took which file, and what was in it then."""

_NOTHING: Final = say(
    "own_scripts.no_script_script_flow_errand",
    "has no script: a script is a flow, with @errand or @script of tasks.lifecycle (docs/guide/own-script.md)",
)


class ScriptFlawed(Permanent):
    """A file cannot be one of the own scripts; `flaws` tells why."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__(joined("; ", map(str, flaws)))
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Added:
    """A file in the folder of own scripts; `changed` tells whether it was not there before as it is."""

    file: Path
    names: Sequence[str]
    changed: bool


def checked(catalogue: Catalogue, file: Path) -> DescribedFile:
    """Return what a file holds where it lies, and all that keeps its scripts from being used.

    Raises:
        Permanent: there is no such file.

    """
    catalogue.look()  # first, because a look begins with a new reader
    found = catalogue.describe(_existing(file), file.parent, trusted=file.parent != catalogue.folder)
    return _with_clashes(catalogue, found, file, file, catalogue.folder / file.name)


def add(catalogue: Catalogue, source: Path, *, replace_other: bool = False) -> Added:
    """Copy a file into the folder, unless it is there already as it is.

    A copy that `add` has made of the same file before, and that nobody has changed since, is replaced.

    Raises:
        ScriptFlawed: the file cannot be used; nothing was changed.
        Permanent: there is no such file, or another one has its name in the folder.

    """
    file = catalogue.folder / _existing(source).name
    if _FILE_NAME.fullmatch(file.name) is None:
        message = say(
            "own_scripts.no_name_scripts_file_letters",
            "{file} is no name for a script's file: letters, digits, _ and -, and .py behind them",
            file=file.name,
        )
        raise Permanent(message)
    code = source.read_bytes()
    if (file.exists() and source.samefile(file)) or (file.exists() and file.read_bytes() == code):
        return Added(file, _names(_sound(checked(catalogue, file))), changed=False)
    if file.exists() and not (replace_other or _is_copy_of(file, source)):
        message = say(
            "own_scripts.already_differs_from_replace_replaces",
            "{file} is there already and differs from {source}: --replace replaces it",
            file=file,
            source=source,
        )
        raise Permanent(message)
    return _put(catalogue, source, file, code)


def remove(catalogue: Catalogue, name: str) -> Path:
    """Remove a script's file, by the name of the script or of the file; return where it was.

    Raises:
        FileNotFoundError: there is none.

    """
    files = sorted(catalogue.folder.glob("*.py"))
    file = next((each for each in files if name in {each.name, each.stem}), None)
    if file is None and name in (scripts := catalogue.look().scripts):
        file = scripts[name].described.file
    if file is None:
        message = say(
            "own_scripts.no_own_script",
            "there is no own script {name} in {folder}",
            name=name[:100],
            folder=catalogue.folder,
        )
        raise FileNotFoundError(message)
    file.unlink()
    _note_origin(file, None)
    return file


def _put(catalogue: Catalogue, source: Path, file: Path, code: bytes) -> Added:
    catalogue.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    try:
        catalogue.look()  # first, as above
        draft.touch(mode=0o600)
        draft.write_bytes(code)
        found = catalogue.describe(draft)
        names = _names(_sound(_with_clashes(catalogue, found, draft, source, file)))
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    _note_origin(file, {"from": str(source.resolve()), "sha256": _hash(code)})
    return Added(file, names, changed=True)


def _with_clashes(catalogue: Catalogue, found: DescribedFile, read: Path, shown: Path, placed: Path) -> DescribedFile:
    """Return a file's description, with names that it cannot have as flaws.

    It was read at `read`, is called `shown` before people, and is or will be at `placed`.
    """
    flaws = [replace(flaw, file=shown) if flaw.file == read else flaw for flaw in found.flaws]
    scripts: list[DescribedScript] = []
    for each in found.scripts:
        script = replace(each, file=placed)
        if why := catalogue.clash_of(script):
            flaws.append(Flaw(shown, script.line, why, script.name))
        scripts.append(script)
    if not scripts and not flaws:
        flaws.append(Flaw(shown, 0, _NOTHING))
    return DescribedFile(tuple(scripts), tuple(flaws))


def _sound(found: DescribedFile) -> DescribedFile:
    if found.flaws:
        raise ScriptFlawed(found.flaws)
    return found


def _names(found: DescribedFile) -> list[str]:
    return [script.name for script in found.scripts]


def _existing(file: Path) -> Path:
    if not file.is_file():
        message = say("own_scripts.no_file", "there is no file {file}", file=file)
        raise Permanent(message)
    return file


def _is_copy_of(file: Path, source: Path) -> bool:
    origin = _origins(file.parent).get(file.name, {})
    return origin == {"from": str(source.resolve()), "sha256": _hash(file.read_bytes())}


def _origins(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / _ORIGINS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _note_origin(file: Path, origin: dict[str, str] | None) -> None:
    origins = {name: each for name, each in _origins(file.parent).items() if name != file.name}
    if origin is not None:
        origins[file.name] = origin
    path = file.parent / _ORIGINS
    path.touch(mode=0o600)
    path.write_text(json.dumps(origins, indent=2) + "\n", encoding="utf-8")


def _hash(code: bytes) -> str:
    return hashlib.sha256(code).hexdigest()
