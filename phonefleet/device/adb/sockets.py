"""A TCP socket that obeys the deadline of the call it was opened in, whoever reads from it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from phonefleet.device.deadline import Deadline, DeadlineExceeded

T = TypeVar("T")


class DeadlineSocket(socket.socket):
    """Sends at once (no Nagle delay) and raises `DeadlineExceeded` from any operation past the deadline.

    The deadline is one for all operations together, so a peer that sends a byte now and then gains nothing by
    it. Timeouts that the libraries set are overruled.
    """

    def __init__(self, deadline: Deadline | None) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.deadline = deadline
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def clear_deadline(self) -> None:
        """Have no deadline from now on: the socket belongs to something that lives on after the call."""
        self.deadline = None
        self.settimeout(None)

    @contextmanager
    def _bounded(self) -> Generator[None]:
        if self.deadline is not None:
            self.settimeout(self.deadline.remaining())
        try:
            yield
        except TimeoutError as error:
            raise DeadlineExceeded from error

    def connect(self, address: Any, /) -> None:
        """Connect; the arguments and results of this and the following are those of `socket.socket`."""
        with self._bounded():
            super().connect(address)

    def _read_until_stop(self, read: Callable[[], T]) -> T:
        """Read within the deadline, looking up now and then while nothing comes."""
        deadline = self.deadline
        if deadline is None:
            return read()
        while True:
            self.settimeout(deadline.next_timeout())
            try:
                return read()
            except TimeoutError:
                deadline.check_stop()

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Receive, within the deadline."""
        return self._read_until_stop(partial(super().recv, bufsize, flags))

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive into a buffer, within the deadline; file objects made from the socket read through this."""
        return self._read_until_stop(partial(super().recv_into, buffer, nbytes, flags))

    def send(self, data: Any, flags: int = 0, /) -> int:
        """Send all of the data, within the deadline: the libraries do not look at how much was sent."""
        self.sendall(data, flags)
        return len(data)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of the data, within the deadline."""
        with self._bounded():
            super().sendall(data, flags)

    def hang_up(self) -> None:
        """Close, waking a thread that is blocked in a read of this socket."""
        with suppress(OSError):  # not connected any more
            self.shutdown(socket.SHUT_RDWR)
        self.close()
