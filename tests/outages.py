"""What tests take away from a run, and give back: a database, and the way to a server."""

from __future__ import annotations

import copy
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import make_url

from phonefleet.clock import StopSignal
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.ledger import Ledger


class InWaits:
    """The machine's clock, on which waits pass at once; `happens` is called in the third of them, and then no more.

    A run that waits for what is away gives the test its turn in this way, in the run's own thread.
    """

    def __init__(self, happens: Callable[[], None] = lambda: None) -> None:
        self.happens = happens
        self.waits = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return float(self.waits)

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:  # noqa: ARG002 - as a clock's
        self.waits += 1
        if self.waits == 3:
            self.happens()
        if stop is not None:
            stop.check()


class Gate:
    """Lets a database take connections, or none: then those that are open are ended, as a shutdown ends them."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._name = parsed.database
        self._server = parsed.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)

    def shut(self) -> None:
        self._say(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        self._say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self._name])

    def open(self) -> None:
        self._say(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    def _say(self, order: str, values: Sequence[str | None] = ()) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(order.encode(), values or None)


class Relay:
    """A TCP port that leads to a server: it can be cut, so that connecting is refused, and can lose replies."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._replies = 0
        self.loses_replies = False
        """Whether each other reply is lost: the server has done what it was asked to, and nobody hears of it."""
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Lead to the server again, by the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections and end those that are open."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for one in list(self._open):
            _end(one)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self._upstream))
            except OSError:
                return
            self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink, source is server), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, replies: bool) -> None:  # noqa: FBT001 - of a thread
        with suppress(OSError):
            while chunk := source.recv(65536):
                if replies and self._is_lost(chunk):
                    break
                sink.sendall(chunk)
        self._open -= {source, sink}
        _end(source)
        _end(sink)

    def _is_lost(self, chunk: bytes) -> bool:
        if not (self.loses_replies and chunk.startswith(b"HTTP/1.1")):
            return False
        self._replies += 1
        return self._replies % 2 == 1


class Losing:
    """A part of the ledger whose calls are all made, the first of each name without a confirmation."""

    def __init__(self, part: object) -> None:
        self._part = part
        self._confirmed: set[str] = set()

    def __getattr__(self, name: str) -> Callable[..., object]:
        call = getattr(self._part, name)

        def made(*args: object, **kwargs: object) -> object:
            answer = call(*args, **kwargs)
            if name not in self._confirmed:
                self._confirmed.add(name)
                raise LedgerUnreachable
            return answer

        return made


def losing(ledger: Ledger) -> Ledger:
    """Return the ledger with a database that is lost after the first commit of each kind, before it confirms it."""
    lossy = copy.copy(ledger)
    for name, part in vars(ledger).items():
        if not name.startswith("_") and name != "id":
            setattr(lossy, name, Losing(part))
    return lossy


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
