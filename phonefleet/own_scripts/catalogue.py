"""The catalogue of own scripts: what the folder holds now, looked at again whenever it is asked.

    catalogue = Catalogue(settings.home / "scripts", reader, reserved=FLOWS)
    catalogue.look().scripts["visit"].parse({"target_users": ["anna"]})

A look costs reading the stamps of the files; only when one has changed, the files are read anew. A file that cannot be
read has no scripts then: what it held before does not count any more.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from phonefleet.errors import Permanent
from phonefleet.own_scripts.configured import OwnScript, own_script
from phonefleet.own_scripts.described import DescribedFile, DescribedScript, Flaw
from phonefleet.own_scripts.folder import Stamps, files_of, outline_of, stamps_of, why_unsafe
from phonefleet.own_scripts.reader import Answering, ReaderLost
from phonefleet.words import say

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class ScriptBroken(Permanent):
    """An own script cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the folder held at one look: the scripts that can be used, by name, and what is wrong with others."""

    scripts: Mapping[str, OwnScript] = field(default_factory=dict[str, OwnScript])
    flaws: Sequence[Flaw] = ()

    def flaw_of(self, name: str) -> Flaw | None:
        """Return what is wrong with a script that cannot be used; None when there is no such script at all."""
        return next((flaw for flaw in self.flaws if alike(name) in {alike(flaw.name), alike(flaw.file.stem)}), None)


def alike(name: str) -> str:
    """Return a name without what people mix up: Prefect calls the flow of `visit_people` "visit-people"."""
    return name.replace("-", "_").casefold()


class Catalogue:
    """Thread-safe. `reserved` are the names that own scripts cannot have."""

    def __init__(self, folder: Path, reader: Answering, reserved: Collection[str]) -> None:
        self.folder = folder
        self._reader = reader
        self._reserved = reserved
        self._lock = threading.Lock()
        self._stamps: Stamps = {}
        self._files: Mapping[Path, DescribedFile] = {}
        self._look = Look()
        self._gone: dict[str, Path] = {}

    @property
    def seen(self) -> Look:
        """What the last look has found; this waits for nothing."""
        return self._look

    def look(self) -> Look:
        """Return what the folder holds now; files that have changed are read, which may take seconds."""
        with self._lock:
            stamps = stamps_of(self.folder)
            if stamps != self._stamps:
                self._reader.renew()  # so that every file is read as it is now, and what it imports
                self._files = self._read(stamps)
                self._note_gone(look := Look(*self._sorted(self._files)))
                self._look, self._stamps = look, stamps
            return self._look

    def was_removed(self, name: str) -> Path | None:
        """Return the file of a script that was here and is not any more; None for one that this process never saw."""
        return self._gone.get(alike(name))

    def describe(self, file: Path, folder: Path | None = None, *, trusted: bool = False) -> DescribedFile:
        """Return what any file holds, with the modules of its folder; nothing is kept.

        One that is `trusted` is read whoever may write to it: a person at this computer has named it.
        """
        return self._describe(file, folder or self.folder, trusted=trusted)

    def clash_of(self, script: DescribedScript) -> str | None:
        """Return why a script cannot have its name, beside ours and those of other files; None when it can."""
        return self._why_not(script, {each.described.name: each.described for each in self.look().scripts.values()})

    def rest(self) -> None:
        """End the process that reads the files until it is needed again."""
        self._reader.close()

    def _read(self, stamps: Stamps) -> dict[Path, DescribedFile]:
        files = files_of(stamps, self.folder)
        known = {path: self._files[path] for path in files if path in self._files and not self._files[path].flaws}
        candidates = {path for path, described in known.items() if described.scripts}
        same = {path for path in candidates if stamps[path] == self._stamps.get(path)}
        if _without(stamps, candidates) != _without(self._stamps, candidates):
            same = set[Path]()  # what scripts import may have changed
        return {path: known[path] if path in same else self._describe(path, self.folder) for path in files}

    def _describe(self, file: Path, folder: Path, *, trusted: bool = False) -> DescribedFile:
        """Return what a file holds; whatever is wrong with it is a flaw, so that others are read nevertheless."""
        if not trusted and (why := why_unsafe(file, folder)):
            return DescribedFile(flaws=(Flaw(file, 0, why),))
        try:
            outline = outline_of(file)
            if outline.error is not None:
                return DescribedFile(flaws=(Flaw(file, *outline.error),))
            if not outline.may_hold_scripts:
                return DescribedFile()
            told = self._reader.ask(
                {"do": "describe", "file": str(file), "folder": str(folder), "lines": dict(outline.lines)}
            )
        except OSError as error:
            return DescribedFile(
                flaws=(
                    Flaw(
                        file, 0, say("own_scripts.cannot_read", "cannot be read: {strerror}", strerror=error.strerror)
                    ),
                )
            )
        except ReaderLost as lost:
            return DescribedFile(flaws=(Flaw(file, 0, lost.message),))
        return DescribedFile.read(file, told)

    def _sorted(self, files: Mapping[Path, DescribedFile]) -> tuple[dict[str, OwnScript], list[Flaw]]:
        """Return the scripts by name and all flaws. Of two with one name, that whose file is named so has it."""
        flaws = [flaw for described in files.values() for flaw in described.flaws]
        every = [script for described in files.values() for script in described.scripts]
        taken: dict[str, DescribedScript] = {}
        for script in sorted(every, key=lambda one: (alike(one.file.stem) != alike(one.name), one.file, one.line)):
            if why := self._why_not(script, taken):
                flaws.append(Flaw(script.file, script.line, why, script.name))
            else:
                taken[script.name] = script
        return {name: own_script(taken[name], self._ask) for name in sorted(taken)}, flaws

    def _why_not(self, script: DescribedScript, others: Mapping[str, DescribedScript]) -> str | None:
        """Return why a script cannot have its name; None when it can."""
        rename = say(
            "own_scripts.give_yours_another_one_flow",
            'give yours another one: @flow(name="…") above {function}',
            function=script.function,
        )
        if _NAME.fullmatch(script.name) is None:
            return say(
                "own_scripts.scripts_name_made_letters_digits",
                "a script's name is made of letters, digits, - and _, not {script!r}; {rename}",
                script=script.name[:80],
                rename=rename,
            )
        if alike(script.name) in map(alike, self._reserved):
            return say(
                "own_scripts.name_script_phonefleet",
                "{script} is the name of a script of Phonefleet; {rename}",
                script=script.name,
                rename=rename,
            )
        for other in others.values():
            if alike(other.name) == alike(script.name) and (other.file, other.function) != (
                script.file, script.function
            ):  # fmt: skip
                return say(
                    "own_scripts.name_script_already",
                    "{script} is the name of the script in {file} already; {rename}",
                    script=script.name,
                    file=other.file.name,
                    rename=rename,
                )
        return None

    def _note_gone(self, look: Look) -> None:
        before = {alike(name): script.described.file for name, script in self._look.scripts.items()}
        here = {alike(name) for name in look.scripts}
        self._gone = {name: file for name, file in (self._gone | before).items() if name not in here}

    def _ask(self, what: str, script: DescribedScript, config: Mapping[str, Any]) -> dict[str, Any]:
        question = {
            "do": what, "file": str(script.file), "folder": str(self.folder), "function": script.function,
            "config": dict(config),
        }  # fmt: skip
        try:
            told = self._reader.ask(question)
        except ReaderLost as lost:
            message = say("own_scripts.script", "the script {script} {lost}", script=script.name, lost=lost.message)
            raise ScriptBroken(message) from lost
        if "flaw" in told:
            message = say(
                "own_scripts.script_fails", "the script {script} fails: {flaw}", script=script.name, flaw=told["flaw"]
            )
            raise ScriptBroken(message)
        return told


def flaws_named(flaws: Sequence[Flaw]) -> Iterator[tuple[str, Flaw]]:
    """Yield flaws with the names by which people know the scripts: their own, else those of their files."""
    for flaw in flaws:
        yield flaw.name or flaw.file.stem, replace(flaw, name=flaw.name or flaw.file.stem)


def _without(stamps: Stamps, paths: Collection[Path]) -> dict[Path, tuple[int, ...]]:
    return {path: stamp for path, stamp in stamps.items() if path not in paths}
