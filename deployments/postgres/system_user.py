"""The system user that runs the database: ourselves, or an existing unprivileged user when we are root."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from phonefleet.errors import Permanent
from phonefleet.words import say

CANDIDATES = ("postgres", "nobody")
"""Users that run the database for root; the first that exists is used, and none is created."""


class PostgresError(Permanent):
    """The embedded PostgreSQL cannot run here; set PHONEFLEET_DATABASE_URL to use another server."""


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess.run` that start a program as another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user that the database's processes run as; `uid` is None for our own user."""

    name: str = ""
    uid: int | None = None
    gid: int = -1

    @property
    def run_as(self) -> RunAs:
        """The arguments of `subprocess.run` that start a program as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def chown(self, path: Path) -> None:
        """Make this user the owner of `path`."""
        if self.uid is not None and sys.platform != "win32":
            os.chown(path, self.uid, self.gid)

    def first_inaccessible(self, folder: Path) -> Path | None:
        """Return the first folder on the path to `folder`, itself included, that this user cannot enter, if any."""
        if self.uid is None:
            return None
        resolved = folder.resolve()
        chain = [*reversed(resolved.parents), resolved]
        return next((part for part in chain if part.exists() and not self._may_enter(part)), None)

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def database_user() -> SystemUser:
    """Return ourselves, or the first existing candidate when we are root.

    Raises:
        PostgresError: we are root and no candidate exists.

    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return SystemUser()
    import pwd  # noqa: PLC0415 - exists on Unix only

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return SystemUser(name, known[name].pw_uid, known[name].pw_gid)
    message = say(
        "postgres.postgresql_refuses_run_root_no",
        "PostgreSQL refuses to run as root, and no user named 'postgres' or 'nobody' exists: "
        "start phonefleet as an ordinary user, or set PHONEFLEET_DATABASE_URL to use another "
        "server.",
    )
    raise PostgresError(message)
