"""Writes a recording as a folder: `manifest.yaml`, and a hierarchy and a picture for each screen, masked.

The form is that of `phonefleet virtual --screens`, which the guide describes: `docs/guide/record-and-replay.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.errors import Permanent
from phonefleet.recording.course import NOWHERE, Course, Shot, Transition, Visit, unrolled
from phonefleet.recording.deeds import Deed, Link, Share
from phonefleet.recording.hierarchies import Masked, learn, masked
from phonefleet.recording.mask import Mask
from phonefleet.recording.naming import page_name, unique
from phonefleet.recording.people import words_of
from phonefleet.recording.pictures import painted
from phonefleet.words import say

MANIFEST = "manifest.yaml"


class FolderTaken(Permanent):
    """The folder for a recording is not empty."""


class NothingRecorded(Permanent):
    """The app was never on the screen: there is nothing to write."""


@dataclass(frozen=True, slots=True)
class RecordedApp:
    """Of which app a recording is; `language` is a BCP 47 tag, empty if the phone does not say it."""

    package: str
    version: str
    activity: str
    language: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder holds, and how much of it was masked: names and numbers each counted once."""

    screens: int
    steps: int
    pictures: int
    names: int
    numbers: int
    covered: int
    """Areas of pictures that show people or media, painted over."""

    unexplained: int
    """How many times a screen followed another without anything known that leads there."""


def require_free(folder: Path) -> None:
    """See, before anybody records, that a folder is there for a recording alone and can be written; nothing is left.

    Raises:
        FolderTaken: it holds something, is a file, or cannot be written.

    """
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            message = say(
                "recording.not_empty_folder_name_new",
                "{folder} is not an empty folder: name a new one, so that no recordings are mixed",
                folder=folder,
            )
            raise FolderTaken(message)
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        with TemporaryDirectory(dir=there, prefix=".recording-"):
            pass
    except OSError as error:
        message = say(
            "recording.cannot_written_name_another_folder",
            "{folder} cannot be written: {strerror}; name another folder",
            folder=folder,
            strerror=error.strerror or error,
        )
        raise FolderTaken(message) from error


def write(
    folder: Path, app: RecordedApp, course: Course, profile: VersionProfile, *, keep_names: bool = False
) -> Written:
    """Write a recording; nothing of what is masked is written anywhere.

    Raises:
        FolderTaken: the folder is not empty.
        NothingRecorded: the course holds no screen.

    """
    require_free(folder)
    if not course.shots:
        message = say(
            "recording.nothing_recorded_never_screen_open",
            "nothing was recorded: {package} was never on the screen; open it on the phone and try again",
            package=app.package,
        )
        raise NothingRecorded(message)
    folder.mkdir(parents=True, exist_ok=True)
    return _Writer(folder, app, course, profile, mask_of(course, profile, keep_names=keep_names)).write()


def mask_of(course: Course, profile: VersionProfile, *, keep_names: bool = False) -> Mask:
    """Return the mask of a recording, which knows all people on its screens."""
    mask = Mask(words_of(profile), keep_names)
    for shot in course.shots.values():
        learn(mask, shot.screen, profile)
    return mask


@dataclass(frozen=True, slots=True)
class _Writer:
    folder: Path
    app: RecordedApp
    course: Course
    profile: VersionProfile
    mask: Mask

    def write(self) -> Written:
        places, transitions = unrolled(self.course.visits)
        files, covered = self._files()
        names = _names(self.course.visits, places, files)
        shown = {name: files[look] for look, name in _looks(self.course.visits, places, names)}
        unused = {entry["hierarchy"].removesuffix(".xml"): entry for entry in files.values()}
        steps = list(_steps(transitions, names, self.mask))
        self._manifest({**shown, **{name: unused[name] for name in unused if name not in shown}}, names, steps)
        pictures = sum("picture" in entry for entry in files.values())
        return Written(
            len(files), len(steps), pictures, len(self.mask.names) if not self.mask.keep else 0,
            len(self.mask.numbers), covered, self.course.unexplained,
        )  # fmt: skip

    def _files(self) -> tuple[dict[str, dict[str, str]], int]:
        """Write each screen once; return what a manifest says of each look, and how many areas were covered."""
        files: dict[str, dict[str, str]] = {}
        taken: set[str] = set()
        covered = 0
        for look, shot in self.course.shots.items():
            name = unique(page_name(self.profile, shot.screen), taken)
            taken.add(name)
            hidden = masked(self.mask, shot.screen, self.profile)
            files[look] = self._screen(name, shot, hidden)
            covered += sum(area.is_picture for area in hidden.areas) if "picture" in files[look] else 0
        return files, covered

    def _screen(self, name: str, shot: Shot, hidden: Masked) -> dict[str, str]:
        (self.folder / f"{name}.xml").write_text(hidden.xml, encoding="utf-8")
        entry = {"hierarchy": f"{name}.xml"}
        with suppress(OSError, SyntaxError, ValueError):  # a screenshot that is no picture is left out
            if shot.picture is not None:
                picture = painted(shot.picture, shot.screen.display, hidden.areas)
                (self.folder / f"{name}.png").write_bytes(picture)
                entry["picture"] = f"{name}.png"
        return entry

    def _manifest(
        self, screens: Mapping[str, object], names: Mapping[int, str], steps: Sequence[Mapping[str, object]]
    ) -> None:
        app = {"package": self.app.package, "version": self.app.version, "activity": self.app.activity}
        start = next(iter(names.values()))
        manifest = {
            "app": app, "language": self.app.language, "start": start, "screens": dict(screens), "steps": list(steps),
        }  # fmt: skip
        text = yaml.dump(manifest, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
        (self.folder / MANIFEST).write_text(text, encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Writes each value where it stands, without aliases."""

    def ignore_aliases(self, data: object) -> bool:
        """Never use an alias."""
        del data
        return True


def _names(visits: Sequence[Visit], places: Sequence[int], files: Mapping[str, Mapping[str, str]]) -> dict[int, str]:
    """Return the names of all places of the app, in the order of the visits; the first of a look bears its file's."""
    names: dict[int, str] = {}
    taken = {entry["hierarchy"].removesuffix(".xml") for entry in files.values()}
    used: set[str] = set()
    for visit, place in zip(visits, places, strict=True):
        if visit.look == NOWHERE or place in names:
            continue
        own = files[visit.look]["hierarchy"].removesuffix(".xml")
        names[place] = own if own not in used else unique(f"{own}-again", taken)
        used.add(own)
        taken.add(names[place])
    return names


def _looks(visits: Sequence[Visit], places: Sequence[int], names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    seen: set[int] = set()
    for visit, place in zip(visits, places, strict=True):
        if place in names and place not in seen:
            seen.add(place)
            yield visit.look, names[place]


def _steps(transitions: Sequence[Transition], names: Mapping[int, str], mask: Mask) -> Iterator[Mapping[str, object]]:
    """Yield the steps of a manifest: links that lead to the same place from everywhere stand once, at the end.

    What leaves a screen as it is needs no step, unless one from everywhere would hold there.
    """
    everywhere: dict[str, tuple[Deed, str]] = {}
    inside = [each for each in transitions if each.goto in names]
    for each in inside:
        deed, goto, comes = each.deed, names[each.goto], isinstance(each.deed, Link | Share)
        if comes and (each.place not in names or _goes_one_way(deed, inside)):
            everywhere.setdefault(deed.said(), (deed, goto))
        elif each.place in names and (comes or each.place != each.goto) and (step := deed.step(mask.text)):
            yield {"on": names[each.place], **step, "goto": goto}
    for deed, goto in everywhere.values():
        yield {"on": "*", **deed.step(mask.text), "goto": goto}


def _goes_one_way(deed: Deed, transitions: Sequence[Transition]) -> bool:
    return len({each.goto for each in transitions if each.deed.said() == deed.said()}) == 1
