"""The profiles of a home: their text, changes to it, and copies of what was before.

A built-in profile is never changed: a change of it makes a file of the same name in the home, which wins. Whoever saves
says which text was changed (`revision`), so that nobody overwrites what somebody else has saved meanwhile; and the text
before is kept in `earlier`.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

from phonefleet.apps import AppProfile, profile_names
from phonefleet.apps.loading import BUILT_IN, ProfileUnknown, load_profile
from phonefleet.errors import Permanent
from phonefleet.words import say
from phonefleet.workshop.editing import Change, EditRefused, edited, parsed
from phonefleet.workshop.rules import as_line

EARLIER = "earlier"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+")


class ProfileChanged(Permanent):
    """Somebody has changed the profile meanwhile."""


@dataclass(frozen=True, slots=True)
class ProfileText:
    """A profile as it is written; `own` tells that it is a file of this home, `built_in` that one comes with us."""

    name: str
    text: str
    own: bool
    built_in: bool

    @property
    def revision(self) -> str:
        """What identifies this text: 16 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class HomeProfiles:
    """The profiles that a home knows. Thread-safe within one process; across processes, files are replaced whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()

    def names(self) -> list[str]:
        """Return the names of all profiles, sorted."""
        return profile_names(self.folder)

    def load(self, name: str) -> AppProfile:
        """Return a profile. Raises `ProfileUnknown` and `ProfileBroken`."""
        return load_profile(name, self.folder)

    def text(self, name: str) -> ProfileText:
        """Return how a profile is written.

        Raises:
            ProfileUnknown: there is none of this name.

        """
        own, built_in = (folder / f"{name}.yaml" for folder in (self.folder, BUILT_IN))
        is_own, is_built_in = (bool(_NAME.fullmatch(name)) and path.is_file() for path in (own, built_in))
        if not (is_own or is_built_in):
            message = say(
                "workshop.no_app_profile",
                "there is no app profile {name!r}; there are: {names}",
                name=name[:60],
                names=", ".join(self.names()),
            )
            raise ProfileUnknown(message)
        text = (own if is_own else built_in).read_text(encoding="utf-8")
        return ProfileText(name, text, is_own, is_built_in)

    def changed(self, name: str, change: Change) -> ProfileText:
        """Return a profile with a change, which is not saved. Raises `ProfileUnknown` and `EditRefused`."""
        before = self.text(name)
        return ProfileText(name, edited(before.text, change), before.own, before.built_in)

    def save(self, name: str, revision: str, change: Change) -> ProfileText:
        """Save a change as a profile of this home, and return it.

        Raises:
            ProfileUnknown: there is none of this name.
            ProfileChanged: the profile is not the one of this revision any more.
            EditRefused: it would not be a profile.

        """
        with self._lock:
            before = self.text(name)
            if before.revision != revision:
                message = say(
                    "workshop.changed_meanwhile",
                    "the profile {name} was changed meanwhile: look at it again, then save",
                    name=name,
                )
                raise ProfileChanged(message)
            text = edited(before.text, change)
            if before.own and text != before.text:
                self._write(self.folder / EARLIER / f"{name}-{before.revision}.yaml", before.text)
            self._write(self.folder / f"{name}.yaml", text)
            return ProfileText(name, text, own=True, built_in=before.built_in)

    def create(self, name: str, package: str, range_: str) -> ProfileText:
        """Make a profile that knows nothing of an app but its package, for one range of versions.

        Raises:
            EditRefused: there is one of this name, or what was given makes no profile.

        """
        if not _NAME.fullmatch(name) or not _PACKAGE.fullmatch(package):
            message = say(
                "workshop.names_of_profiles",
                "a profile is named by small letters, digits, _ and -, and its package as Android writes it",
            )
            raise EditRefused(message)
        with self._lock:
            if name in self.names():
                message = say("workshop.profile_there_already", "there is a profile {name} already", name=name)
                raise EditRefused(message)
            text = _empty(name, package, range_)
            parsed(text)
            self._write(self.folder / f"{name}.yaml", text)
            return ProfileText(name, text, own=True, built_in=False)

    def _write(self, path: Path, text: str) -> None:
        with _replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def difference(before: str, after: str) -> list[str]:
    """Return the lines of a change as a unified diff, without its head."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [line for line in lines if not line.startswith(("---", "+++"))]


def _empty(name: str, package: str, range_: str) -> str:
    return (
        f"# Made in the workshop.\nformat: 2\nname: {as_line(name)}\npackage: {as_line(package)}\n"
        f'verified: "never"\n\nlinks: {{}}\n\nversions:\n  - range: {as_line(range_)}\n'
    )


@contextmanager
def _replacing(path: Path) -> Generator[Path]:
    """Yield a file that takes the place of another once it is whole; errors of the disk become ours."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".profile-", delete=False) as made:
            temporary = Path(made.name)
        try:
            yield temporary
            os.replace(temporary, path)  # noqa: PTH105 - Path.replace would read as one of text
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        message = say(
            "workshop.cannot_be_written",
            "{file} cannot be written: {reason}",
            file=path.name,
            reason=error.strerror or error,
        )
        raise EditRefused(message) from error


def load_text(profile: ProfileText) -> AppProfile:
    """Return the profile that a text says. Raises `EditRefused`."""
    return AppProfile(parsed(profile.text))
