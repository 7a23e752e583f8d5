"""Runs PostgreSQL's own programs (pg_dump, psql …) on the embedded database, which it starts if no launcher runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deployments.launcher.database import embedded
from deployments.launcher.home import Home
from deployments.postgres import EmbeddedPostgres
from deployments.postgres.cluster import USER
from deployments.postgres.install import install_for
from deployments.postgres.system_user import SystemUser
from phonefleet.errors import Permanent
from phonefleet.words import say


def run_program(root: Path, program: str, arguments: Sequence[str]) -> int:
    """Run one of PostgreSQL's programs on the database of a data folder, and return its exit code.

    Raises:
        Permanent: PostgreSQL has no such program, or another phonefleet is just starting or stopping on the folder.

    """
    home = Home(root.absolute())
    folder = install_for(SystemUser(), home.postgres).bin
    found = shutil.which(program, path=folder) if Path(program).name == program else None
    if found is None:
        message = say(
            "launcher.postgresqls_programs_no_among_them",
            "PostgreSQL's programs, which are in {folder}, have no {program!r} among them.",
            folder=folder,
            program=program,
        )
        raise Permanent(message)
    with _running(home) as server:
        return subprocess.run([found, *arguments], env=_environment(server), check=False).returncode  # noqa: S603 - the user's own command


@contextmanager
def _running(home: Home) -> Generator[EmbeddedPostgres]:
    """Yield the server that a launcher runs, or start one and stop it when the block ends."""
    server = EmbeddedPostgres(home.postgres)
    if server.ready():
        yield server
        return
    with home.locked():
        try:
            server.start()
            embedded(server)
            yield server
        finally:
            server.stop()


def _environment(server: EmbeddedPostgres) -> dict[str, str]:
    """Return the environment with the PG… variables by which PostgreSQL's programs find the server."""
    where = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": USER, "PASSWORD": server.cluster.password}
    return {**os.environ, **{f"PG{name}": value for name, value in where.items()}}
