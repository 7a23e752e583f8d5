"""Asking an address whether ADB answers there, without adb: cheap, within a limit, and no other phone waits for it.

adb itself learns it at the cost of others. An address that takes connections and closes them it lists as offline for
ever, and tries four times a second; one whose packets vanish holds the only thread that reconnects phones until the
system gives the connection up, two minutes on Linux (`ReconnectHandler` in `transport.cpp`).

The question is the packet by which every computer begins (`protocol.txt` of Android's packages/modules/adb); a phone
answers with CNXN, AUTH or STLS, and shows nothing on its screen before it is given a key.
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
"""What an address does: `closes` takes a connection and ends it, `silent` takes it and says nothing, `strange` speaks
something else than ADB, and at an `unreachable` one nobody takes or refuses a connection."""

LIMIT: Final = timedelta(seconds=2)
"""How long an address may take for its answer, the connection included."""
_VERSION: Final = 0x01000001
_MAX_PAYLOAD: Final = 1024 * 1024
_COMMAND: Final = 4
_BANNER: Final = b"host::\0"


def ask(address: HostPort, clock: Clock, limit: timedelta = LIMIT) -> Answer:
    """Return what the address does, within the limit and the deadline of the call around it.

    Raises:
        DeadlineExceeded: the call around it has no time left.

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
    """Return a packet with the checksum that phones before Android 9 look at."""
    word = int.from_bytes(command, "little")
    return struct.pack("<6I", word, arg0, arg1, len(data), sum(data), word ^ 0xFFFFFFFF) + data
