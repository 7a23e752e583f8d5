"""Reads a folder of saved screens: its `manifest.yaml`, the hierarchies and the pictures that it names.

Everything is read and checked before a phone starts. It knows nothing of phones.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator

from phonefleet.errors import Permanent
from phonefleet.geometry import Rect
from virtual_phones.input import keys
from virtual_phones.replay import yaml_lines
from virtual_phones.replay.dump import DumpBroken, SavedHierarchy, read_dump
from virtual_phones.replay.steps import ANYWHERE, Step, Target
from virtual_phones.replay.yaml_lines import Document, NotYaml, Place
from virtual_phones.screen.node import Direction

FILE = "manifest.yaml"
_MOST_MISTAKES = 20
_TRIGGERS = ("tap", "key", "swipe", "link", "text", "share")
_DEFAULT_SIZE = (1080, 2400)
"""Width and height of the display where no window of any screen tells where its upper left corner is."""
_DEFAULT_LANGUAGE = "en-US"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PACKAGE = re.compile(r"[A-Za-z]\w*(\.\w+)+")


class ManifestBroken(Permanent):
    """A folder of saved screens has a mistake; the message has file, line and reason of each."""


_PLAIN_WORDS = {
    "Extra inputs are not permitted": "there is no such key",
    "Input should be a valid dictionary": "here belong keys with values, such as `key: value`",
    "Input should be a valid list": "here belongs a list, each entry of which begins with `-`",
    "Input should be a valid string": "here belongs one text",
    "String should have at least 1 character": "it is empty",
}
"""What pydantic says at the beginning of its messages, in the words of a file's author."""

# --- as the file has it -----------------------------------------------------------------------------------


def _bounds(value: object) -> object:
    """Read `[left,top][right,bottom]`, in quotes, or a list of the four numbers."""
    if isinstance(value, list):
        numbers: list[object] = value  # pyright: ignore[reportUnknownVariableType] - a list of whatever YAML has
        value = "[{},{}][{},{}]".format(*numbers) if len(numbers) == len("ltrb") else str(numbers)
    if not isinstance(value, str):
        message = "write it as a hierarchy does: '[left,top][right,bottom]'"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns it into a mistake of the file
    area = Rect.parse(value.replace(" ", ""))
    if area.width <= 0 or area.height <= 0:
        message = "nothing is inside of it: left and top come first, then right and bottom"
        raise ValueError(message)
    return area


def _key(value: object) -> object:
    return keys.code_of(str(value))


def _package(value: object) -> object:
    if isinstance(value, str) and _PACKAGE.fullmatch(value):
        return value
    message = "this is no package, such as com.example.app"
    raise ValueError(message)


def _language(value: object) -> object:
    if value == "":
        return _DEFAULT_LANGUAGE
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value.replace("_", "-")
    message = "this is no language, such as en-US or ru"
    raise ValueError(message)


_Text = Annotated[str, StringConstraints(min_length=1)]
_Bounds = Annotated[Rect, BeforeValidator(_bounds)]
_Key = Annotated[int, BeforeValidator(_key)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class AppRules(_Strict):
    """`app:` the app that the screens are of, as the phone is to report it."""

    package: Annotated[str, BeforeValidator(_package)]
    version: _Text
    activity: _Text


class ScreenRules(_Strict):
    """A screen: its files, relative to the folder."""

    hierarchy: _Text
    picture: str | None = None


class TapRules(_Strict):
    """The element that is to be tapped."""

    id: _Text | None = None
    text: _Text | None = None
    desc: _Text | None = None
    bounds: _Bounds | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.model_fields_set:
            return self
        message = "say what is tapped: id, text, desc or bounds"
        raise ValueError(message)


class StepRules(_Strict):
    """A step; exactly one of the triggers is given."""

    on: _Text
    goto: _Text
    tap: TapRules | None = None
    key: _Key | None = None
    swipe: Direction | None = None
    link: _Text | None = None
    text: str | None = None
    share: _Text | None = None

    @model_validator(mode="after")
    def _has_one_trigger(self) -> Self:
        given = [name for name in _TRIGGERS if name in self.model_fields_set]
        if len(given) == 1:
            return self
        message = f"give one of {', '.join(_TRIGGERS)}, not {' and '.join(given) or 'none'}"
        raise ValueError(message)

    def step(self) -> Step:
        """Return the step."""
        tap = Target(self.tap.id, self.tap.text, self.tap.desc, self.tap.bounds) if self.tap else None
        return Step(self.on, self.goto, tap, self.key, self.swipe, self.link, self.text, self.share)


class ManifestRules(_Strict):
    """The whole file."""

    app: AppRules
    language: Annotated[str, BeforeValidator(_language)] = _DEFAULT_LANGUAGE
    start: _Text
    screens: dict[str, ScreenRules]
    steps: tuple[StepRules, ...] = ()


# --- as a phone uses it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """One screen; `picture` is the content of an image file."""

    name: str
    hierarchy: SavedHierarchy
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """All that a folder says. `size` is the width and height of the display as it is held naturally, in pixels."""

    folder: Path
    package: str
    version: str
    activity: str
    language: str
    start: str
    screens: Mapping[str, SavedScreen]
    steps: Sequence[Step]
    size: tuple[int, int]

    @property
    def second_display(self) -> bool:
        """Whether a screen has windows on another display."""
        hierarchies = (screen.hierarchy for screen in self.screens.values())
        return any(window.display for hierarchy in hierarchies for window in hierarchy.windows)


def load(folder: Path) -> Replay:
    """Read a folder.

    Raises:
        ManifestBroken: it has mistakes; each is told with file, line and reason.

    """
    document = _document(folder / FILE)
    try:
        rules = ManifestRules.model_validate(document.value)
    except ValidationError as error:
        places = ((each["loc"], _reason(each["msg"])) for each in error.errors())
        raise _broken(_told(folder / FILE, document, place, reason) for place, reason in places) from error
    return _Reader(folder, document, rules).read()


def _document(path: Path) -> Document:
    try:
        return yaml_lines.read(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ManifestBroken(message) from error
    except UnicodeDecodeError as error:
        message = f"{path} cannot be read: it is not UTF-8"
        raise ManifestBroken(message) from error
    except NotYaml as error:
        message = f"{path}:{error.line}: {error.reason}"
        raise ManifestBroken(message) from error


@dataclass(slots=True)
class _Reader:
    """Reads the files that a manifest names, and collects the mistakes."""

    folder: Path
    document: Document
    rules: ManifestRules
    mistakes: list[str] = field(default_factory=list[str])

    def read(self) -> Replay:
        rules = self.rules
        for place, name in self._names():
            if name not in rules.screens:
                self._mistake(place, f"there is no screen {name!r} among {', '.join(rules.screens) or 'none'}")
        screens = dict(self._screens())
        if self.mistakes:
            raise _broken(self.mistakes)
        activity = rules.app.activity.removeprefix(f"{rules.app.package}/")
        steps = tuple(step.step() for step in rules.steps)
        return Replay(
            self.folder, rules.app.package, rules.app.version, activity, rules.language, rules.start, screens, steps,
            _size(screens.values()),
        )  # fmt: skip

    def _names(self) -> Iterator[tuple[Place, str]]:
        """Yield all names of screens that are referred to, with their places."""
        yield ("start",), self.rules.start
        for number, step in enumerate(self.rules.steps):
            yield ("steps", number, "goto"), step.goto
            if step.on != ANYWHERE:
                yield ("steps", number, "on"), step.on

    def _screens(self) -> Iterator[tuple[str, SavedScreen]]:
        for name, screen in self.rules.screens.items():
            hierarchy = self._hierarchy(("screens", name, "hierarchy"), screen.hierarchy)
            picture = self._picture(("screens", name, "picture"), screen.picture) if screen.picture else None
            if hierarchy is not None:
                yield name, SavedScreen(name, hierarchy, picture)

    def _hierarchy(self, place: Place, name: str) -> SavedHierarchy | None:
        path = self._file(place, name)
        try:
            return read_dump(path) if path is not None else None
        except DumpBroken as error:
            self.mistakes.append(f"{path}:{error.line}: {error.reason}")
            return None

    def _picture(self, place: Place, name: str) -> bytes | None:
        path = self._file(place, name)
        if path is None:
            return None
        try:
            data = path.read_bytes()
            with Image.open(io.BytesIO(data)) as picture:
                picture.load()
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as error:
            self._mistake(place, f"{path} is no picture that can be read: {error}")
            return None
        return data

    def _file(self, place: Place, name: str) -> Path | None:
        """Return where a file is; one that is missing or outside of the folder is a mistake."""
        path = self.folder / name
        try:
            inside = path.resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
            self._mistake(place, f"{name!r} names no file: {error}")
            return None
        if not inside:
            self._mistake(place, f"{name} leads out of the folder")
        elif not path.is_file():
            self._mistake(place, f"there is no file {path}")
        else:
            return path
        return None

    def _mistake(self, place: Place, reason: str) -> None:
        self.mistakes.append(_told(self.folder / FILE, self.document, place, reason))


def _told(path: Path, document: Document, place: Place, reason: str) -> str:
    return f"{path}:{document.line(place)}: {'.'.join(map(str, place)) or 'manifest'}: {reason}"


def _broken(mistakes: Iterable[str]) -> ManifestBroken:
    told = list(mistakes)
    more = [f"and {len(told) - _MOST_MISTAKES} more"] if len(told) > _MOST_MISTAKES else []
    return ManifestBroken("\n".join([*told[:_MOST_MISTAKES], *more]))


def _reason(said: str) -> str:
    """Return what pydantic says in the words of a file's author."""
    plain = said.removeprefix("Value error, ")
    found = next((told for start, told in _PLAIN_WORDS.items() if plain.startswith(start)), None)
    return found or plain


def _size(screens: Collection[SavedScreen]) -> tuple[int, int]:
    """Return how far the windows and the pictures of all screens reach, turned to the natural position."""
    corners = [corner for screen in screens for corner in _corners(screen)]
    known = any(_begins_in_the_corner(screen) for screen in screens)
    widths, heights = zip(*(corners if known else [*corners, _DEFAULT_SIZE]), strict=True)
    return max(widths), max(heights)


def _corners(screen: SavedScreen) -> Iterator[tuple[int, int]]:
    turned = screen.hierarchy.rotation % 2
    for window in screen.hierarchy.windows:
        reach = window.root.bounds.right, window.root.bounds.bottom
        if not window.display:
            yield max(1, reach[turned]), max(1, reach[1 - turned])
    if screen.picture is not None:
        with Image.open(io.BytesIO(screen.picture)) as picture:
            yield picture.size[turned], picture.size[1 - turned]


def _begins_in_the_corner(screen: SavedScreen) -> bool:
    edges = (window.root.bounds for window in screen.hierarchy.windows if not window.display)
    return screen.picture is not None or any((each.left, each.top) == (0, 0) for each in edges)
