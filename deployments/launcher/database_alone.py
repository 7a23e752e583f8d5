"""The embedded database without the rest: for PostgreSQL's own programs, whether or not a launcher runs."""

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
from deployments.postgres.account import Account
from deployments.postgres.cluster import USER
from deployments.postgres.install import install_for
from phonefleet.errors import Permanent


def run_program(root: Path, program: str, arguments: Sequence[str]) -> int:
    """Run one of PostgreSQL's programs as ourselves on the database of a data folder, and return its exit code.

    Raises:
        Permanent: PostgreSQL has no such program, or another phonefleet starts or ends on the folder just now.

    """
    home = Home(root.absolute())
    folder = install_for(Account(), home.postgres).bin
    found = shutil.which(program, path=folder) if Path(program).name == program else None
    if found is None:
        message = f"PostgreSQL's programs, which are in {folder}, have no {program!r} among them."
        raise Permanent(message)
    with _running(home) as server:
        return subprocess.run([found, *arguments], env=_environment(server), check=False).returncode  # noqa: S603 - the user's own command


@contextmanager
def _running(home: Home) -> Generator[EmbeddedPostgres]:
    """Give the server that a launcher runs, or else start one until the block ends."""
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
    """Return an environment in which PostgreSQL's programs find the server by themselves."""
    where = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": USER, "PASSWORD": server.cluster.password}
    return {**os.environ, **{f"PG{name}": value for name, value in where.items()}}
