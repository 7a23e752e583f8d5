"""The layout of the data folder (home), and the lock that lets only one launcher use it at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from phonefleet.errors import Permanent
from phonefleet.words import say


class HomeInUse(Permanent):
    """Another phonefleet uses this data folder."""


@dataclass(frozen=True, slots=True)
class Home:
    """The paths in a data folder, and its lock."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The folder of the embedded database."""
        return self.root / "postgres"

    @property
    def prefect(self) -> Path:
        """The folder of Prefect's files."""
        return self.root / "prefect"

    @property
    def records(self) -> Path:
        """The folder with a record of each process that runs."""
        return self.root / "run"

    @property
    def phones_known(self) -> Path:
        """The file that says, while everything runs, that the launcher has entered its phones into the ledger."""
        return self.records / "phones-known"

    @property
    def endpoints(self) -> Path:
        """The file with the addresses of the services, while they run."""
        return self.root / "endpoints.json"

    @property
    def prefect_auth(self) -> Path:
        """The file with user:password of Prefect's API."""
        return self.root / "prefect-auth"

    @property
    def tls(self) -> Path:
        """The folder of our own authority and certificate."""
        return self.root / "tls"

    @property
    def scripts(self) -> Path:
        """The owner's own scripts, which the worker may run."""
        return self.root / "scripts"

    @property
    def world(self) -> Path:
        """The journal of the virtual phones' world."""
        return self.root / "world.jsonl"

    def log(self, name: str) -> Path:
        """Return the log of one part."""
        return self.root / "logs" / f"{name}.log"

    @contextmanager
    def locked(self) -> Generator[None]:
        """Lock the data folder for this process, until the block ends.

        Raises:
            HomeInUse: another launcher holds it.

        """
        self._make()
        with self._lock_file() as file:
            try:
                _lock(file)
            except OSError as error:
                raise HomeInUse(self._who(file)) from error
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
            file.truncate(0)

    def _lock_file(self) -> TextIO:
        try:
            return (self.root / "launcher.lock").open("a+", encoding="ascii")
        except OSError as error:
            raise Permanent(self.why_unusable(error)) from error

    def why_unusable(self, error: OSError) -> str:
        """Return why this user cannot work in the folder, and what to do."""
        owner = owner_of(self.root)
        whose = say("launcher.belongs_user", " It belongs to the user {owner}.", owner=owner) if owner else ""
        return say(
            "launcher.data_folder_cannot_used_choose",
            "The data folder {root} cannot be used ({strerror}).{whose} Choose another with --home.",
            root=self.root,
            strerror=error.strerror,
            whose=whose,
        )

    def _make(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.prefect.mkdir(exist_ok=True)
            self.scripts.mkdir(exist_ok=True)
        except OSError as error:
            raise Permanent(self.why_unusable(error)) from error

    def _who(self, file: TextIO) -> str:
        file.seek(0)
        return say(
            "launcher.another_phonefleet_process_uses_data",
            "Another phonefleet (process {read}) uses the data folder {root}: stop it first, or "
            "choose another folder with --home.",
            read=file.read().strip() or "unknown",
            root=self.root,
        )


def owner_of(path: Path) -> str | None:
    """Return the name of another user to whom a folder belongs; None where it is one's own, or nobody can say."""
    if sys.platform == "win32":
        return None
    import pwd  # noqa: PLC0415 - exists on Unix only

    try:
        owner = path.stat().st_uid
        return None if owner == os.geteuid() else pwd.getpwuid(owner).pw_name
    except (OSError, KeyError):
        return None


def _lock(file: TextIO) -> None:
    """Take the lock or raise OSError; the system releases it when the process ends, even if it is killed."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - exists on Unix only

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
