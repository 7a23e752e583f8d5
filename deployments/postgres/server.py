"""The embedded PostgreSQL server of one data folder: its start and stop, and what it is doing now."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from deployments.postgres.account import PostgresError
from deployments.postgres.cluster import USER, Cluster
from phonefleet.clock import StopSignal

PATIENCE = timedelta(seconds=30)
"""How long a start may take, and a connection: after a kill -9 the old server's processes and memory go away soon."""
PAUSE = timedelta(milliseconds=200)
LOOK = timedelta(seconds=3)
"""How long a look may wait for a connection: somebody looks again. What has to succeed waits for `PATIENCE`."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %d ",
}


class EmbeddedPostgres:
    """One server on loopback whose data, password and log are in `folder`; `port` 0 picks a free one."""

    def __init__(self, folder: Path, port: int = 0, stop: StopSignal | None = None) -> None:
        self.cluster = Cluster(folder)
        self._wanted_port = port
        self._stop = stop or StopSignal()

    def start(self) -> None:
        """Set up what is missing, then start the server, or attach to one that runs on this data already.

        Raises:
            PostgresError: it cannot run here, or did not start in time; the message says what to do.
            Interrupted: the stop signal was set meanwhile.

        """
        self.cluster.prepare()
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while not self.ready():
            self._stop.check()
            late = time.monotonic() > deadline
            if late or self.process() is None:
                self._launch(last_try=late)
            else:
                self._stop.wait(PAUSE)
        self._wanted_port = self.port

    def ask_to_stop(self, order: str = "SIGINT") -> None:
        """Ask the server to end its connections and itself."""
        process = self.process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(_signal(order))

    def stop(self, patience: timedelta = timedelta(seconds=20)) -> None:
        """End the server and its connections; if it takes longer than `patience`, at the cost of a recovery later."""
        for order in ("SIGINT", "SIGQUIT", "SIGKILL"):
            self.ask_to_stop(order)
            if self._ended(patience):
                return

    def ready(self) -> bool:
        """Tell whether the server on this data accepts our password now."""
        try:
            if self.process() is None or self._postmaster(7).strip() != "ready":
                return False
            self._connect(LOOK).close()
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
            message = f"No PostgreSQL server runs on {self.cluster.data}."
            raise PostgresError(message) from error

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the URL of a database of the running server, for SQLAlchemy's `driver`; it holds the password."""
        return f"{driver}://{USER}:{self.cluster.password}@127.0.0.1:{self.port}/{database}"

    def ensure_database(self, name: str, template: str = "template1") -> None:
        """Create the database, as a copy of `template`, unless it exists."""
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        """Remove the database and end the connections to it."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _ended(self, patience: timedelta) -> bool:
        """Wait for the end of the server, which is not our child."""
        deadline = time.monotonic() + patience.total_seconds()
        while time.monotonic() < deadline:
            if self.process() is None:
                return True
            time.sleep(0.02)
        return False

    def _connect(self, within: timedelta = PATIENCE) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.cluster.password, dbname="postgres",
            connect_timeout=int(within.total_seconds()), autocommit=True,
        )  # fmt: skip

    def _postmaster(self, line: int) -> str:
        return (self.cluster.data / "postmaster.pid").read_text(errors="replace").splitlines()[line]

    def _launch(self, *, last_try: bool) -> None:
        """Try one start; it fails while the remains of a killed server still hold its memory."""
        settings = {**SETTINGS, "port": str(self._choose_port())}
        self._forget_stranger()
        try:
            self.cluster.run(
                "pg_ctl", "start", "--wait", "--timeout", "60", "--silent", "--pgdata", str(self.cluster.data),
                "--log", str(self.cluster.log),
                "--options", " ".join(f"-c {name}='{value}'" for name, value in settings.items()),
            )  # fmt: skip
        except PostgresError as error:
            if last_try:
                message = f"{error}\nThe end of {self.cluster.log}:\n{self.cluster.log_tail()}"
                raise PostgresError(message) from error
            self._stop.wait(PAUSE)

    def _forget_stranger(self) -> None:
        """Remove the pid file of a server that died if its number belongs to another program now.

        PostgreSQL would take that program for a server, for example in a container that was started again.
        """
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            if _is_alive(psutil.Process(int(self._postmaster(0)))) and self.process() is None:
                (self.cluster.data / "postmaster.pid").unlink()

    def _choose_port(self) -> int:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self._wanted_port))
            except OSError as error:
                message = f"Port {self._wanted_port}, wanted for PostgreSQL, is in use."
                raise PostgresError(message) from error
            return int(probe.getsockname()[1])


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _signal(name: str) -> signal.Signals:
    return signal.SIGTERM if sys.platform == "win32" else signal.Signals[name]
