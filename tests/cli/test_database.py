"""PostgreSQL's own programs on the embedded database, whether or not anything runs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.launcher.home import Home
from deployments.postgres import EmbeddedPostgres
from tests.cli.running import Run


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder that the database's user can enter, as pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="phonefleet-database-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_a_database_that_does_not_run_is_started_asked_and_stopped(run: Run, home: Path) -> None:
    said = home / "said"
    done = run("database", "--home", str(home), "psql", "phonefleet", "-o", str(said), "-Atc", "select 6 * 7")
    assert done.returncode == 0, done.stderr
    assert said.read_text() == "42\n"
    assert EmbeddedPostgres(Home(home).postgres).process() is None
    assert run("database", "--home", str(home), "psql", "nowhere", "-c", "select 1").returncode == 2  # psql's own code


def test_what_is_no_program_of_postgresql_is_refused(run: Run, home: Path) -> None:
    for name in ("pg_nothing", "../psql", "/bin/sh"):
        done = run("database", "--home", str(home), name)
        assert (done.returncode, name in done.stderr) == (1, True)
    assert not any(home.iterdir())


def test_a_server_of_the_users_own_is_left_to_its_own_programs(run: Run) -> None:
    done = run("database", "psql", "phonefleet", database_url="postgresql://user:password@host/phonefleet")
    assert (done.returncode, "PHONEFLEET_DATABASE_URL" in done.stderr) == (1, True)
