"""The files of the main host's data folder that the workers of all hosts need: app profiles and saved commands.

Each is known by its name, such as `profiles/sample.yaml`, and by the hash of its content. A joined host looks before
each run whether one has changed, and puts them where its own would be. Code is never among them.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device_actions.saved_commands import FILE
from phonefleet.errors import LinkLost
from phonefleet.hosts.files.supplies import MainFiles
from phonefleet.words import say

LARGEST: Final = 1_000_000
"""In bytes, of one file."""
_NAME: Final = re.compile(r"profiles/[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}\.yaml|" + re.escape(FILE))
_TAKEN: Final = ".from-main-host.json"


def shared_files(home: Path) -> dict[str, str]:
    """Return the hash of each file that is shared, by its name in a data folder."""
    found = [*(home / "profiles").glob("*.yaml"), home / FILE]
    named = {path.relative_to(home).as_posix(): path for path in found if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(named.items())
        if _NAME.fullmatch(name) and path.stat().st_size <= LARGEST
    }


def content_of(home: Path, name: str, sha256: str) -> bytes | None:
    """Return the content of a file that is shared; None if there is none of this name with this hash now."""
    if not _NAME.fullmatch(name) or not (home / name).is_file():
        return None
    content = (home / name).read_bytes()
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


class SharedFiles:
    """Keeps the files in the data folder of a joined host as they are on the main one. Thread-safe.

    Files of other names stay as they are: those of people who wrote them on this host.
    """

    def __init__(self, main: MainFiles, home: Path, clock: Clock) -> None:
        self._main, self._home, self._clock = main, home, clock
        self._lock = threading.Lock()
        self._looked = float("-inf")

    def refresh(self) -> None:
        """Bring the files up to date; runs that begin together share one look, which began after they asked for it.

        Raises `Outage` where that cannot be.
        """
        asked = self._clock.monotonic()
        with self._lock:
            if self._looked > asked:
                return
            began = self._clock.monotonic()
            self._bring()
            self._looked = began

    def _bring(self) -> None:
        wanted = (self._main.ask("/host/files", {}) or {}).get("files", {})
        files = {name: sha256 for name, sha256 in wanted.items() if _NAME.fullmatch(name)}
        taken, have = self._taken(), shared_files(self._home)
        for name, sha256 in files.items():
            if have.get(name) != sha256:
                self._fetch(name, sha256)
        for name in set(taken) - set(files):
            (self._home / name).unlink(missing_ok=True)
        if taken != sorted(files):
            _write(self._home / _TAKEN, json.dumps(sorted(files)).encode())

    def _fetch(self, name: str, sha256: str) -> None:
        into = BytesIO()
        there = self._main.download(f"/host/files/{sha256}", {"name": name}, into)
        if not there:  # it was changed just now: the next look tells
            return
        if hashlib.sha256(into.getvalue()).hexdigest() != sha256:
            message = say(
                "hosts.another_content", "another content came from the main host than the one that was asked for"
            )
            raise LinkLost(message)
        _write(self._home / name, into.getvalue())

    def _taken(self) -> list[str]:
        """Return the names of the files that have come from the main host."""
        try:
            found: Mapping[str, object] | list[object] = json.loads((self._home / _TAKEN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [name for name in found if isinstance(name, str) and _NAME.fullmatch(name)]


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    beside.replace(path)
