"""A TCP or Unix socket with a deadline for all of its operations together."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from phonefleet.device.deadline import Deadline, DeadlineExceeded

T = TypeVar("T")


class DeadlineSocket(socket.socket):
    """A socket without Nagle delay that raises `DeadlineExceeded` from any operation past its deadline.

    The deadline is for all operations together, so that a peer cannot extend it by sending a byte now and then.
    Timeouts that the libraries set are ignored.
    """

    def __init__(self, deadline: Deadline | None, family: socket.AddressFamily = socket.AF_INET) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self.deadline = deadline
        if family == socket.AF_INET:
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def clear_deadline(self) -> None:
        """Remove the deadline, for a socket that is used beyond the call in which it was opened."""
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
        """Read within the deadline, checking for a stop now and then."""
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
        """Send all of the data, within the deadline, because the libraries ignore the number of bytes sent."""
        self.sendall(data, flags)
        return len(data)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of the data, within the deadline."""
        with self._bounded():
            super().sendall(data, flags)

    def hang_up(self) -> None:
        """Close the socket, also while another thread is blocked in a read."""
        with suppress(OSError):  # not connected any more
            self.shutdown(socket.SHUT_RDWR)
        self.close()
