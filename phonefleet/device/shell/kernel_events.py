"""Follows the input events of a phone's kernel, by `getevent` in its shell: what fingers do, as it comes.

It hands on lines as they are; `phonefleet.recording.touches` reads them.
"""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Final, Self

from adbutils import AdbError

from phonefleet.clock import StopSignal
from phonefleet.device.adb.transport import FastAdbClient, FastAdbConnection
from phonefleet.device.translate import translated

_CHUNK: Final = 4096
_AGAIN: Final = timedelta(seconds=1)
"""After how long the events of a phone are asked for again whose connection broke."""


class KernelEvents:
    """The events of one phone, as a context manager that reads them in a thread of its own.

        with KernelEvents(FastAdbClient(5037), "R58M123ABC") as events:
            events.listing  # what `getevent -lp` says of the phone's input devices
            events.taken()  # the lines of `getevent -lt` since the last call

    Without `-q` its first lines name the devices; a phone that does not let the shell read them says so in `listing`.
    """

    def __init__(self, client: FastAdbClient, address: str) -> None:
        self._device = client.device(address)
        self._address = address
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stop = StopSignal()
        self._connection: FastAdbConnection | None = None
        self._thread = threading.Thread(target=self._follow, name="kernel-events", daemon=True)
        self.listing = ""

    def taken(self) -> list[str]:
        """Return the lines that have come since the last call."""
        lines: list[str] = []
        with suppress(queue.Empty):
            while True:
                lines.append(self._lines.get_nowait())
        return lines

    def __enter__(self) -> Self:
        """Ask for the devices, and begin to read. Raises `PhonefleetError` if the phone cannot be reached."""
        with translated(self._address):
            self.listing = str(self._device.shell(["getevent", "-lp"]))
            self._connection = self._open()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set("no more events are wanted")
        if (connection := self._connection) is not None:
            connection.close()
        self._thread.join()

    def _open(self) -> FastAdbConnection:
        connection = self._device.open_shell(["getevent", "-lt"])
        connection.conn.clear_deadline()
        return connection

    def _follow(self) -> None:
        """Read until nobody wants more; a connection that breaks is opened again."""
        while not self._stop.reason:
            with suppress(AdbError, OSError):  # the phone is away; whoever looks at its screen reports that
                self._connection = self._connection or self._open()
                self._read(self._connection)
            self._connection = None
            self._stop.wait(_AGAIN)

    def _read(self, connection: FastAdbConnection) -> None:
        rest = b""
        while data := connection.conn.recv(_CHUNK):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._lines.put(line.decode(errors="replace").strip())
