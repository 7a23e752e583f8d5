"""Probes whether ADB answers at an address, without the adb server, within a time limit.

The adb server would find out at the expense of other phones: it lists an address that accepts and closes connections as
offline for ever and retries it four times a second; and an address that drops packets blocks the only thread that
reconnects phones until the connection times out, two minutes on Linux (`ReconnectHandler` in `transport.cpp`).

The probe sends the packet with which every host begins (`protocol.txt` of Android's packages/modules/adb). A phone
answers with CNXN, AUTH or STLS; it shows no dialog before it is sent a key.
"""

from __future__ import annotations

import socket
import struct
from datetime import timedelta
from typing import Final, Literal

from phonefleet.clock import Clock
from phonefleet.device.adb.addresses import HostPort
from phonefleet.device.deadline import Deadline, DeadlineExceeded, tightest

Answer = Literal["answers", "refuses", "unreachable", "closes", "silent", "strange"]
"""The result of a probe. `closes`: accepts the connection and closes it. `silent`: accepts it and sends nothing.
`strange`: speaks something other than ADB. `unreachable`: the connection is neither accepted nor refused."""

LIMIT: Final = timedelta(seconds=2)
"""The timeout of a probe, connecting included."""
_VERSION: Final = 0x01000001
_MAX_PAYLOAD: Final = 1024 * 1024
_COMMAND: Final = 4
_BANNER: Final = b"host::\0"


def ask(address: HostPort, clock: Clock, limit: timedelta = LIMIT) -> Answer:
    """Probe an address, within `limit` and the surrounding deadline.

    Raises:
        DeadlineExceeded: the surrounding deadline has passed.

    """
    deadline = tightest(limit, clock)
    try:
        with socket.create_connection((address.host, address.port), deadline.remaining()) as connection:
            return _handshake(connection, deadline)
    except ConnectionRefusedError:
        return "refuses"
    except (OSError, UnicodeError):  # no route, no such host, or no answer in time
        return "unreachable"


def _handshake(connection: socket.socket, deadline: Deadline) -> Answer:
    said = b""
    try:
        connection.sendall(_packet(b"CNXN", _VERSION, _MAX_PAYLOAD, _BANNER))
        while len(said) < _COMMAND:
            connection.settimeout(deadline.remaining())
            more = connection.recv(_COMMAND - len(said))
            if not more:
                break
            said += more
    except (TimeoutError, DeadlineExceeded):
        return "silent" if not said else "strange"
    except OSError:
        return "closes"
    if not said:
        return "closes"
    return "answers" if said in {b"CNXN", b"AUTH", b"STLS"} else "strange"


def _packet(command: bytes, arg0: int, arg1: int, data: bytes) -> bytes:
    """Return an ADB packet, with the checksum that phones before Android 9 verify."""
    word = int.from_bytes(command, "little")
    return struct.pack("<6I", word, arg0, arg1, len(data), sum(data), word ^ 0xFFFFFFFF) + data
