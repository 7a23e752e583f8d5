"""The recordings of this home: a folder for each, as `phonefleet record` writes it, and which page a screen is.

A person may name the page of a recorded screen. That is kept beside the manifest, in `pages.yaml`, so that a recording
stays what `phonefleet virtual --screens` takes. Names and files come from outside: nothing beyond the folder is read.
"""

from __future__ import annotations

import re
import shutil
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, cast

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from phonefleet import yaml_text
from phonefleet.apps.saved_screens import SavedScreenBroken, read_screen
from phonefleet.apps.screens.screen import Screen
from phonefleet.errors import Permanent
from phonefleet.words import Message, say

MANIFEST, PAGES = "manifest.yaml", "pages.yaml"
LARGEST_PICTURE = 20_000_000
"""In bytes; screenshots of phones have a tenth of it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_KEPT = 64
"""How many parsed screens are kept: each takes about a megabyte."""

_PNG, _JPEG = b"\x89PNG", b"\xff\xd8\xff"


class RecordingUnknown(Permanent):
    """There is no recording, or no screen, of this name."""


class RecordingBroken(Permanent):
    """The recording cannot be read."""


@dataclass(frozen=True, slots=True)
class RecordedScreen:
    """A screen of a recording; `page` is what a person says that it is, None if nobody has said."""

    recording: str
    name: str
    version: str
    language: str
    hierarchy: Path
    picture: Path | None = None
    page: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What identifies it: the names of recording and screen."""
        return self.recording, self.name


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording is of, and its screens in the order of the manifest; `language` is a BCP 47 tag or empty."""

    name: str
    folder: Path
    package: str
    version: str
    language: str
    recorded_at: datetime
    screens: tuple[RecordedScreen, ...]
    steps: int


class _App(BaseModel):
    package: str
    version: str


class _Files(BaseModel):
    hierarchy: Annotated[str, StringConstraints(min_length=1)]
    picture: str | None = None


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    app: _App
    language: str = ""
    screens: dict[str, _Files]
    steps: list[object] = []


class Stock:
    """The recordings in one folder, which need not exist. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._parsed: OrderedDict[tuple[Path, str, int], Screen] = OrderedDict()

    def names(self) -> list[str]:
        """Return the names of all recordings, sorted."""
        if not self.folder.is_dir():
            return []
        found = [each for each in self.folder.iterdir() if _NAME.fullmatch(each.name)]
        return sorted(each.name for each in found if (each / MANIFEST).is_file() and _is_inside(each, self.folder))

    def all(self, package: str | None = None) -> list[Recording]:
        """Return all recordings that can be read, of one app or of every one, the newest first."""
        found = [recording for name in self.names() if (recording := self._readable(name)) is not None]
        wanted = [each for each in found if package in (None, each.package)]
        return sorted(wanted, key=lambda each: each.recorded_at, reverse=True)

    def recording(self, name: str) -> Recording:
        """Return a recording.

        Raises:
            RecordingUnknown: there is none of this name.
            RecordingBroken: its manifest cannot be read; the message says why.

        """
        if name not in self.names():
            raise RecordingUnknown(_no_recording(name))
        return read_recording(self.folder / name)

    def screen(self, recording: str, name: str) -> RecordedScreen:
        """Return a screen of a recording. Raises as `recording` does."""
        found = next((each for each in self.recording(recording).screens if each.name == name), None)
        if found is None:
            message = say(
                "workshop.no_such_screen",
                "the recording {recording} has no screen {name!r}",
                recording=recording,
                name=name[:60],
            )
            raise RecordingUnknown(message)
        return found

    def screens(self, package: str) -> Iterator[tuple[RecordedScreen, Screen]]:
        """Yield all recorded screens of an app that can be read, those of the newest recording first."""
        for recording in self.all(package):
            yield from self.readable(recording)

    def readable(self, recording: Recording) -> Iterator[tuple[RecordedScreen, Screen]]:
        """Yield the screens of a recording that can be read."""
        for each in recording.screens:
            with suppress(SavedScreenBroken):
                yield each, self.read(each, recording.package)

    def read(self, recorded: RecordedScreen, package: str) -> Screen:
        """Return what a recorded screen shows.

        Raises:
            SavedScreenBroken: its file holds no screen.

        """
        path = recorded.hierarchy
        try:
            key = path, package, path.stat().st_mtime_ns
        except OSError as error:
            message = say(
                "workshop.cannot_be_read",
                "{file} cannot be read: {reason}",
                file=path.name,
                reason=error.strerror or error,
            )
            raise SavedScreenBroken(message) from error
        with self._lock:
            known = self._parsed.get(key)
        screen = known or read_screen(path, package)
        with self._lock:
            self._parsed[key] = screen
            self._parsed.move_to_end(key)
            while len(self._parsed) > _KEPT:
                self._parsed.popitem(last=False)
        return screen

    def name_page(self, recording: str, screen: str, page: str | None) -> None:
        """Note which page a screen is; None takes back what was said. Raises as `recording` does."""
        self.screen(recording, screen)
        with self._lock:
            folder = self.folder / recording
            named = {**_named_pages(folder), screen: page}
            kept = {name: said for name, said in named.items() if said}
            text = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)
            (folder / PAGES).write_text(text, encoding="utf-8")

    def delete(self, recording: str) -> None:
        """Delete a recording. Raises `RecordingUnknown`."""
        if recording not in self.names():
            raise RecordingUnknown(_no_recording(recording))
        shutil.rmtree(self.folder / recording)

    def free_folder(self, name: str) -> Path:
        """Return the folder for a new recording.

        Raises:
            RecordingBroken: no recording can have this name, or one has it.

        """
        if not _NAME.fullmatch(name):
            message = say(
                "workshop.cannot_name_recording",
                "{name!r} cannot name a recording: letters, digits, _ and -, 64 at the most",
                name=name[:60],
            )
            raise RecordingBroken(message)
        if (self.folder / name).exists():
            message = say(
                "workshop.recording_there_already", "there is a recording {name} already: give another name", name=name
            )
            raise RecordingBroken(message)
        return self.folder / name

    def _readable(self, name: str) -> Recording | None:
        try:
            return self.recording(name)
        except (RecordingUnknown, RecordingBroken):
            return None


def read_recording(folder: Path) -> Recording:
    """Return what a folder holds, wherever it is; it bears the folder's name. Raises `RecordingBroken`."""
    manifest, named, name = _manifest(folder), _named_pages(folder), folder.name
    app = manifest.app
    screens = (
        RecordedScreen(
            name, each, app.version, manifest.language,
            _file(folder, files.hierarchy), _picture(folder, files.picture), named.get(each),
        )
        for each, files in manifest.screens.items()
    )  # fmt: skip
    at = datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, UTC)
    return Recording(name, folder, app.package, app.version, manifest.language, at, tuple(screens), len(manifest.steps))


def picture_of(recorded: RecordedScreen) -> tuple[bytes, str] | None:
    """Return the picture of a screen and its media type; None if there is none that browsers show."""
    if recorded.picture is None or recorded.picture.stat().st_size > LARGEST_PICTURE:
        return None
    data = recorded.picture.read_bytes()
    if data.startswith(_PNG):
        return data, "image/png"
    return (data, "image/jpeg") if data.startswith(_JPEG) else None


def _no_recording(name: str) -> Message:
    return say("workshop.no_such_recording", "there is no recording {name!r}", name=name[:60])


def _manifest(folder: Path) -> _Manifest:
    try:
        return _Manifest.model_validate(_texts((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        message = say(
            "workshop.manifest_unreadable",
            "the manifest of the recording {recording} cannot be read: {error}",
            recording=folder.name,
            error=error,
        )
        raise RecordingBroken(message) from error


def _texts(text: str) -> object:
    """Return what a manifest says, each value as a text: YAML 1.1 takes a version 2.0 for a number."""
    yaml_text.read(text)
    loader = yaml.BaseLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _named_pages(folder: Path) -> dict[str, str]:
    try:
        said = _texts((folder / PAGES).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    entries = cast("dict[object, object]", said).items() if isinstance(said, dict) else ()
    return {str(name): str(page) for name, page in entries}


def _file(folder: Path, name: str) -> Path:
    """Return a file of a recording.

    Raises:
        RecordingBroken: the name leads out of its folder.

    """
    path = folder / name
    if not _is_inside(path, folder):
        message = say(
            "workshop.file_outside",
            "the recording {recording} names a file outside of its folder: {file!r}",
            recording=folder.name,
            file=name[:60],
        )
        raise RecordingBroken(message)
    return path


def _picture(folder: Path, name: str | None) -> Path | None:
    path = _file(folder, name) if name else None
    return path if path is not None and path.is_file() else None


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
