"""The embedded PostgreSQL server of one data folder: start, stop, state, and creation of databases."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from deployments.postgres.cluster import USER, Cluster
from deployments.postgres.system_user import PostgresError
from phonefleet.clock import StopSignal
from phonefleet.words import say

if TYPE_CHECKING:
    import psycopg

START_TIMEOUT = timedelta(seconds=30)
"""The timeout of a start and of a connection. After a kill -9 the old server's processes go away within this time."""
POLL = timedelta(milliseconds=200)
CHECK_TIMEOUT = timedelta(seconds=3)
"""The timeout of a connection in `ready`, which is called again and again."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",  # it would take seconds and megabytes for queries of milliseconds
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %d ",
}


class EmbeddedPostgres:
    """One server on loopback with its data, password and log in `folder`; `port` 0 means any free one.

        server = EmbeddedPostgres(folder)
        server.start()
        server.ensure_database("ledger")
        engine = create_engine(server.url("ledger"))

    `stop` interrupts a start.
    """

    def __init__(self, folder: Path, port: int = 0, stop: StopSignal | None = None) -> None:
        self.cluster = Cluster(folder)
        self._wanted_port = port
        self._stop = stop or StopSignal()
        self._held: socket.socket | None = None

    def reserve(self) -> None:
        """Settle port and password of a server that does not run, so that `url` can be asked before it starts.

        The port is held until then: no other program gets it while the data is made, which takes seconds.

        Raises:
            PostgresError: it cannot run here; the message says what to do.

        """
        self.cluster.lay_out()
        self._held = self._bound()
        self._wanted_port = int(self._held.getsockname()[1])

    def start(self) -> None:
        """Create what is missing, then start the server, or attach to one that already runs on this data.

        Raises:
            PostgresError: it cannot run here or did not start in time; the message says what to do.
            Interrupted: the stop signal was set meanwhile.

        """
        self.cluster.prepare()
        deadline = time.monotonic() + START_TIMEOUT.total_seconds()
        while not self.ready():
            self._stop.check()
            late = time.monotonic() > deadline
            if late or self.process() is None:
                self._launch(last_try=late)
            else:
                self._stop.wait(POLL)
        self._wanted_port = self.port

    def ask_to_stop(self, order: str = "SIGINT") -> None:
        """Send the server a signal; SIGINT is PostgreSQL's fast shutdown, which ends all connections."""
        process = self.process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(_signal(order))

    def stop(self, patience: timedelta = timedelta(seconds=20)) -> None:
        """Stop the server: SIGINT, then after `patience` SIGQUIT, then SIGKILL, after which it has to recover."""
        for order in ("SIGINT", "SIGQUIT", "SIGKILL"):
            self.ask_to_stop(order)
            if self._ended(patience):
                return

    def ready(self) -> bool:
        """Tell whether the server on this data accepts connections with our password."""
        import psycopg  # noqa: PLC0415 - slow to import: other programs start meanwhile

        try:
            if self.process() is None or self._postmaster(7).strip() != "ready":
                return False
            self._connect(CHECK_TIMEOUT).close()
        except (OSError, IndexError, psycopg.OperationalError, PostgresError):
            return False
        return True

    def process(self) -> psutil.Process | None:
        """Return the server's main process, or None when none runs on this data."""
        try:
            process = psutil.Process(int(self._postmaster(0)))
            return process if _is_alive(process) and process.name().startswith("postgres") else None
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None

    @property
    def port(self) -> int:
        """The port that the running server listens on.

        Raises:
            PostgresError: no server runs on this data.

        """
        try:
            return int(self._postmaster(3))
        except (OSError, ValueError, IndexError) as error:
            message = say(
                "postgres.no_postgresql_server_runs", "No PostgreSQL server runs on {data}.", data=self.cluster.data
            )
            raise PostgresError(message) from error

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the URL of a database, for SQLAlchemy's `driver`; it holds the password.

        Raises:
            PostgresError: the server neither runs nor was `reserve` called.

        """
        port = self._wanted_port or self.port
        return f"{driver}://{USER}:{self.cluster.password}@127.0.0.1:{port}/{database}"

    def ensure_database(self, name: str, template: str = "template1") -> None:
        """Create the database, as a copy of `template`, unless it exists."""
        from psycopg import sql  # noqa: PLC0415 - as above

        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        """Remove the database and end the connections to it."""
        from psycopg import sql  # noqa: PLC0415 - as above

        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _ended(self, patience: timedelta) -> bool:
        """Wait for the server's end, by polling, because it is not our child."""
        deadline = time.monotonic() + patience.total_seconds()
        while time.monotonic() < deadline:
            if self.process() is None:
                return True
            time.sleep(0.02)
        return False

    def _connect(self, within: timedelta = START_TIMEOUT) -> psycopg.Connection:
        import psycopg  # noqa: PLC0415 - as above

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.cluster.password, dbname="postgres",
            connect_timeout=int(within.total_seconds()), autocommit=True,
        )  # fmt: skip

    def _postmaster(self, line: int) -> str:
        return (self.cluster.data / "postmaster.pid").read_text(errors="replace").splitlines()[line]

    def _launch(self, *, last_try: bool) -> None:
        """Try to start once; this fails while processes of a killed server still hold its shared memory."""
        settings = {**SETTINGS, "port": str(self._choose_port())}
        self._remove_stale_pid_file()
        try:
            self.cluster.run(
                "pg_ctl", "start", "--wait", "--timeout", "60", "--silent", "--pgdata", str(self.cluster.data),
                "--log", str(self.cluster.log),
                "--options", " ".join(f"-c {name}='{value}'" for name, value in settings.items()),
            )  # fmt: skip
        except PostgresError as error:
            if last_try:
                message = say(
                    "postgres.end",
                    "{error}\nThe end of {log}:\n{log_tail}",
                    error=error,
                    log=self.cluster.log,
                    log_tail=self.cluster.log_tail(),
                )
                raise PostgresError(message) from error
            self._stop.wait(POLL)

    def _remove_stale_pid_file(self) -> None:
        """Remove the pid file of a dead server if its process id now belongs to another program.

        PostgreSQL would take that program for a running server, for example in a restarted container.
        """
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            if _is_alive(psutil.Process(int(self._postmaster(0)))) and self.process() is None:
                (self.cluster.data / "postmaster.pid").unlink()

    def _choose_port(self) -> int:
        held, self._held = self._held, None
        with held or self._bound() as probe:
            return int(probe.getsockname()[1])

    def _bound(self) -> socket.socket:
        probe = socket.socket()
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", self._wanted_port))
        except OSError as error:
            probe.close()
            message = say(
                "postgres.port_wanted_postgresql_use",
                "Port {wanted_port}, wanted for PostgreSQL, is in use.",
                wanted_port=self._wanted_port,
            )
            raise PostgresError(message) from error
        return probe


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _signal(name: str) -> signal.Signals:
    return signal.SIGTERM if sys.platform == "win32" else signal.Signals[name]
