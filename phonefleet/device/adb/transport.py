"""A faster and stricter transport to adb: subclasses of adbutils' client, device and connection.

They add: no Nagle delay, no sleep on closing, `host:version` requested once, a hard deadline for every socket
operation, a restart of the adb server on its own port, and servers of other hosts behind a Unix socket. They know
nothing of screens and apps.
"""

from __future__ import annotations

import shlex
import socket
import threading
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from adbutils import AdbClient, AdbConnection, AdbDevice, AdbError

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb import server as adb_server
from phonefleet.device.adb.device_list import ListedDevice, adb_states, parse_device_list
from phonefleet.device.adb.sockets import DeadlineSocket
from phonefleet.device.adb.tunnels import AdbTunnel, ServerAddress
from phonefleet.device.deadline import Deadline, tightest
from phonefleet.words import say

_LOOPBACK = ("127.0.0.1", "localhost")
_NO_PORT = 5037
"""adbutils wants a port; that of a tunnel is never used."""
_LONGEST_COMMAND = 0xFFFF
_OKAY, _FAIL = b"OKAY", b"FAIL"


class FastAdbConnection(AdbConnection):
    """One connection to the adb server, with a deadline. It never starts a server."""

    def __init__(self, host: str, port: int, deadline: Deadline, tunnel: AdbTunnel | None = None) -> None:
        self._address = (host, port) if tunnel is None else str(tunnel.socket)
        self._tunnel = tunnel
        self._socket = DeadlineSocket(deadline, socket.AF_INET if tunnel is None else socket.AF_UNIX)
        super().__init__(host, port)

    def _safe_connect(self) -> DeadlineSocket:
        try:
            self._socket.connect(self._address)
        except (ConnectionRefusedError, FileNotFoundError) as error:
            self._socket.close()
            if self._tunnel is None:
                raise
            raise self._tunnel.closed() from error
        except BaseException:
            self._socket.close()
            raise
        return self._socket

    @property
    def conn(self) -> DeadlineSocket:
        """The socket."""
        if self.closed:
            message = say("device.connection_closed", "Connection is closed")
            raise AdbError(message)
        return self._socket

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._socket.fileno() == -1

    def close(self) -> None:
        """Close at once, also while another thread reads."""
        self._socket.hang_up()

    def send_command(self, cmd: str) -> None:
        """Send a command in one packet.

        Raises:
            AdbError: it is longer than the protocol allows (65,535 bytes).

        """
        payload = cmd.encode()
        if len(payload) > _LONGEST_COMMAND:
            message = say(
                "device.command_too_long_bytes_most",
                "command too long: {number} bytes, the most is {longest_command}",
                number=len(payload),
                longest_command=_LONGEST_COMMAND,
            )
            raise AdbError(message)
        self.conn.sendall(b"%04x%b" % (len(payload), payload))

    def check_okay(self) -> None:
        """Read the answer to a command.

        Raises:
            AdbError: adb refuses; the message has its reason.
            DeviceOffline: the host of the adb server cannot be reached.
            ConnectionResetError: the connection was closed instead.

        """
        answer = self.read(len(_OKAY))
        if answer == _FAIL:
            reason = self.read_string_block()
            raise (self._tunnel and self._tunnel.refused(reason)) or AdbError(reason)
        if answer != _OKAY:
            message = say(
                "device.adb_closed_connection_answering",
                "adb closed the connection, answering {answer!r}",
                answer=answer,
            )
            raise ConnectionResetError(message)


class FastAdbClient(AdbClient):
    """A client of one adb server: on a port, or behind the tunnel to another host. Thread-safe.

        client = FastAdbClient(5037)
        client.states()  # {"R58M123ABC": "device"}
        client.device("R58M123ABC").shell("getprop ro.product.model")

    `timeout` is the deadline of operations outside of `deadline.within`.
    """

    def __init__(
        self,
        server: ServerAddress,
        host: str = "127.0.0.1",
        timeout: timedelta = timedelta(seconds=20),
        clock: Clock | None = None,
    ) -> None:
        self.tunnel = None if isinstance(server, int) else server
        super().__init__(host, server if isinstance(server, int) else _NO_PORT)
        self.clock: Clock = clock or SystemClock()
        self._timeout = timeout
        self._version: int | None = None
        self._starting = threading.Lock()
        self._links: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @property
    def local(self) -> bool:
        """Whether the server runs on this computer, so that it sees the same networks."""
        return self.tunnel is None and self.host in _LOOPBACK

    def make_connection(self, timeout: float | None = None) -> FastAdbConnection:
        """Connect to the adb server, starting it if needed; `timeout` (seconds) is for all use of the connection.

        Raises:
            DeadlineExceeded: the time is up.
            DeviceOffline: the server cannot be started.
            ConnectionError: it runs on another host and does not answer, or ended again.

        """
        deadline = tightest(self._timeout if timeout is None else timedelta(seconds=timeout), self.clock)
        try:
            return FastAdbConnection(self.host, self.port, deadline, self.tunnel)
        except ConnectionRefusedError:
            self._restart_server()
            return FastAdbConnection(self.host, self.port, deadline, self.tunnel)

    def _restart_server(self) -> None:
        self.forget_server()
        with self._starting:
            if self.local and not adb_server.is_listening(self.host, self.port):
                adb_server.start(self.port)

    def server_version(self) -> int:
        """Return the server's version, which is cached."""
        if self._version is None:
            self._version = super().server_version()
        return self._version

    def forget_server(self) -> None:
        """Clear the cached version, because the server has ended."""
        self._version = None

    def link_lock(self, serial: str) -> threading.Lock:
        """Return the lock to hold while connecting or disconnecting the phone."""
        return self._links[serial]

    def listed_devices(self) -> list[ListedDevice]:
        """Return adb's current list of devices, each name once."""
        with self.make_connection() as connection:
            connection.send_command("host:devices")
            connection.check_okay()
            return parse_device_list(connection.read_string_block())

    def states(self) -> dict[str, str]:
        """Return adb's state of each phone that it lists, by name."""
        return adb_states(self.listed_devices())

    def found_services(self) -> dict[str, str]:
        """Return the address (`host:port`) of each service that adb has found by mDNS, by instance.

        The format is that of `adb mdns services`: `INSTANCE<TAB>KIND<TAB>HOST:PORT` a line.

        Raises:
            AdbError: this server does not search for services.

        """
        with self.make_connection() as connection:
            connection.send_command("host:mdns:services")
            connection.check_okay()
            rows = [line.rsplit("\t", 2) for line in connection.read_string_block().split("\n")]
        return {row[0]: row[2].strip() for row in rows if len(row) == 3}  # noqa: PLR2004 - the three columns

    def device(self, serial: str | None = None, transport_id: int | None = None) -> FastAdbDevice:
        """Return a phone, without a request to adb."""
        return FastAdbDevice(self, serial, transport_id)


class FastAdbDevice(AdbDevice):
    """A phone whose connections have the deadline of the call and are closed on errors."""

    _client: FastAdbClient

    def open_transport(self, command: str | None = None, timeout: float | None = None) -> FastAdbConnection:
        """Open a connection to the phone; with a command, one to adb for a request about the phone.

        Raises:
            AdbError: the phone is not connected; nothing was sent to it.

        """
        connection = self._client.make_connection(timeout)
        with _closed_on_error(connection), _before_sending():
            if command:
                connection.send_command(f"host-serial:{self._serial}:{command}")
                connection.check_okay()
            else:
                self._select(connection)
        return connection

    def _select(self, connection: FastAdbConnection) -> None:
        if self._client.server_version() >= 41:  # noqa: PLR2004 - platform-tools 29, which brought tport
            connection.send_command(f"host:tport:serial:{self._serial}")
            connection.check_okay()
            connection.read_exact(8)
        else:
            connection.send_command(f"host:transport:{self._serial}")
            connection.check_okay()

    def open_shell(self, cmdargs: Any) -> FastAdbConnection:
        """Start a command on the phone; a list is quoted, a string is not.

        Raises:
            AdbError: the phone was not reached.
            ConnectionError: the connection broke; the command may be running.

        """
        connection = self.open_transport()
        with _closed_on_error(connection), _after_sending():
            connection.send_command("shell:" + (cmdargs if isinstance(cmdargs, str) else shlex.join(cmdargs)))
            connection.check_okay()
        return connection

    def shell(self, *args: Any, **options: Any) -> Any:
        """Run a command as adbutils does; a returned stream has no deadline, because it is used beyond the call."""
        stock: Any = super()
        result = stock.shell(*args, **options)
        if isinstance(result, FastAdbConnection):
            result.conn.clear_deadline()
        return result

    def create_connection(self, network: Any, address: int | str) -> socket.socket:
        """Connect to a port of the phone.

        Raises:
            AdbError: there is no connection; nothing was sent.

        """
        with _before_sending():
            return super().create_connection(network, address)


@contextmanager
def _closed_on_error(connection: AdbConnection) -> Generator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def _after_sending() -> Generator[None]:
    """Convert a refusal to `ConnectionError`: a lost connection looks the same, and the command may have started."""
    try:
        yield
    except AdbError as error:
        message = say(
            "device.link_broke_after_command_sent", "the link broke after the command was sent: {error}", error=error
        )
        raise ConnectionResetError(message) from error


@contextmanager
def _before_sending() -> Generator[None]:
    """Convert a broken connection to `AdbError`, which means that the phone was not reached."""
    try:
        yield
    except (ConnectionError, EOFError) as error:
        message = say(
            "device.link_broke_before_anything_sent", "the link broke before anything was sent: {error}", error=error
        )
        raise AdbError(message) from error
