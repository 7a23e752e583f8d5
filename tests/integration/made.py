"""The databases of a first start, made once for the stacks of a run: both schemas take seconds, and are always alike.

What a first start makes of an empty folder is tested where a folder is empty: tests/deployments/test_launcher.py,
tests/page/test_first_hour.py, tests/chaos/test_plans.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

from deployments import prefect_server
from deployments.launcher.database import embedded
from deployments.postgres import EmbeddedPostgres
from phonefleet.ledger.ledger import Ledger

FOLDER = "MADE_FOR_TESTS"
"""Variable with the folder that all processes of a run share."""

_SCHEMA = "from deployments.prefect_schema import begin_schema, finish_schema\nfinish_schema(begin_schema())"
_PORT = 9
"""Where no Prefect server listens: its settings want to have one."""


def begin() -> None:
    """Make the folder, for this process and for those that it starts."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="phonefleet-made-")


def end() -> None:
    """Delete the folder with all that was made."""
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def copy_to(home: Path) -> None:
    """Give the data folder of a stack that has not started yet its databases, with nothing in them.

    On Windows, and where a run has one process, the stack makes them itself.
    """
    if os.name == "nt" or FOLDER not in os.environ:
        return
    made = Path(os.environ[FOLDER])
    with FileLock(made / "lock"):
        if not (made / "postgres").exists():
            _make(made)
    subprocess.run(["cp", "-a", str(made / "postgres"), str(home)], check=True)  # -a: its files belong to another user


def _make(folder: Path) -> None:
    """Make the databases beside their place, and put them there once they are complete."""
    folder.chmod(0o755)  # the database's user must be able to enter it
    shutil.rmtree(folder / "part", ignore_errors=True)
    (folder / "part").mkdir(mode=0o755)
    server = EmbeddedPostgres(folder / "part" / "postgres")
    server.start()
    try:
        databases = embedded(server)
        with Ledger(databases.ledger, pool_size=1) as ledger:
            ledger.migrate()
        environment = prefect_server.server_environment(folder / "part", databases.prefect, _PORT, os.environ)
        subprocess.run([sys.executable, "-c", _SCHEMA], check=True, env=environment)
    finally:
        server.stop()
    (folder / "part" / "postgres").rename(folder / "postgres")
