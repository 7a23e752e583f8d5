"""Our own adb server, as a service for the supervisor.

Every adb client, our device layer included, starts a server when it finds none. The server on our port may therefore
be another process's child; it is then adopted, so that it is stopped with the rest.
"""

from __future__ import annotations

import contextlib
import signal
from datetime import timedelta

import psutil

from deployments.supervision.service import Child, Program

PATIENCE = timedelta(seconds=5)


class AdbServer:
    """The adb server on one port."""

    name = "adb"
    patience = timedelta(seconds=60)
    order: int = signal.SIGTERM

    def __init__(self, program: Program, port: int) -> None:
        self._child = Child(program)
        self._port = port
        self._adopted: psutil.Process | None = None

    def start(self) -> int:
        """Start the server, or adopt one that already listens on the port; return its process id."""
        self._adopted = next(iter(servers_on(self._port)), None)
        return self._adopted.pid if self._adopted else self._child.start()

    def alive(self) -> bool:
        """Tell whether the server's process runs."""
        return _runs(self._adopted) if self._adopted else self._child.alive()

    def ready(self) -> bool:
        """Tell whether the server answers."""
        return self.alive() and self._child.usable()

    def ask_to_stop(self) -> None:
        """Ask the server to end."""
        self._child.ask_to_stop()
        for server in servers_on(self._port):
            with contextlib.suppress(psutil.Error):
                server.terminate()

    def kill(self) -> None:
        """Kill every adb server on the port."""
        self._child.kill()
        left = servers_on(self._port)
        for server in left:
            with contextlib.suppress(psutil.Error):
                server.kill()
        psutil.wait_procs(left, PATIENCE.total_seconds())

    def log_excerpt(self) -> str:
        """Return the end of its log and where the log is."""
        return self._child.log_excerpt()


def servers_on(port: int) -> list[psutil.Process]:
    """Return the processes of adb servers on a port, found by their command lines."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() in {"adb", "adb.exe"} and _serves(process.cmdline(), port) and _runs(process):
                found.append(process)
    return found


def _serves(command: list[str], port: int) -> bool:
    """`adb -P PORT nodaemon server` is ours, `adb -L tcp:PORT fork-server server` is what clients start."""
    named = f"tcp:{port}" in command or f"tcp:localhost:{port}" in command or ["-P", str(port)] == command[1:3]
    return named and "server" in command


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
