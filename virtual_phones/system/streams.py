"""The interfaces (Protocols) between the ADB wire and the servers on a phone: byte streams, and who answers on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol


class ByteStream(Protocol):
    """One ADB stream, seen from the phone's side; it belongs to one TCP connection of adb."""

    async def read(self) -> bytes:
        """Return what the computer sent, as soon as there is something; empty once it has closed the stream."""
        ...

    async def write(self, data: bytes) -> None:
        """Send everything, in as many packets as needed, each after the computer has taken the one before.

        Raises:
            ConnectionError: the stream or its TCP connection is gone.

        """
        ...

    async def close(self) -> None:
        """Close the stream after what was written; closing twice does no harm."""
        ...


Dial = Callable[[], Awaitable[ByteStream]]
"""Connects to a port of the computer, through a port of the phone that adb has reversed.

Raises ConnectionError: the computer refuses, or adb is gone.
"""


Serve = Callable[[ByteStream], Awaitable[None]]
"""Answers one connection to a port of the phone until either side closes it."""


class Automation(Protocol):
    """The uiautomator server on a phone, as the wire starts, stops and reaches it."""

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        ...

    def accepts(self) -> bool:
        """Tell whether `tcp:9008` can be opened now, else it is refused; asked once for each connection.

        A fault may end the server at this very moment.
        """
        ...

    def start(self) -> str:
        """Start the process and return what it prints; it may have quit at once (see `running`)."""
        ...

    def stop(self) -> None:
        """End the process: its shell stream was closed, or it was killed."""
        ...

    async def stopped(self) -> None:
        """Return once the process is not running (any more)."""
        ...

    async def serve(self, stream: ByteStream) -> None:
        """Answer one connection until either side closes it; the caller closes the stream afterwards."""
        ...


class NoAutomation:
    """A phone without the uiautomator server: it quits at its start."""

    running = False

    def accepts(self) -> bool:
        """Refuse."""
        return False

    def start(self) -> str:
        """Print why it cannot run."""
        return "Aborted\n"

    def stop(self) -> None:
        """Do nothing: it never runs."""

    async def stopped(self) -> None:
        """Return at once."""

    async def serve(self, stream: ByteStream) -> None:
        """Close the stream unanswered."""
        await stream.close()
