"""ADB packets on the wire: a header of six little-endian words, then the payload.

The format is that of `protocol.txt` in Android's packages/modules/adb. Since protocol version 0x01000001 the
checksum is not verified by either side, so it is sent as zero.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION = 0x01000001
MAX_PAYLOAD = 1024 * 1024
TOKEN, SIGNATURE, PUBLIC_KEY = 1, 2, 3
"""The kinds of AUTH packet, in its first argument."""

_HEADER = struct.Struct("<6I")
_INVERTED = 0xFFFFFFFF


class Command(IntEnum):
    """The commands; each value is its name in ASCII, read as a little-endian word."""

    CNXN = int.from_bytes(b"CNXN", "little")
    AUTH = int.from_bytes(b"AUTH", "little")
    OPEN = int.from_bytes(b"OPEN", "little")
    OKAY = int.from_bytes(b"OKAY", "little")
    WRTE = int.from_bytes(b"WRTE", "little")
    CLSE = int.from_bytes(b"CLSE", "little")


class ProtocolError(ConnectionError):
    """The other side does not speak ADB."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; what the two arguments mean depends on the command."""

    command: int
    arg0: int
    arg1: int
    data: bytes = b""

    def encode(self) -> bytes:
        """Return the packet as it goes over the wire."""
        return _HEADER.pack(self.command, self.arg0, self.arg1, len(self.data), 0, self.command ^ _INVERTED) + self.data


async def read_packet(reader: asyncio.StreamReader) -> Packet:
    """Read the next packet.

    Raises:
        ProtocolError: this is no ADB packet, or it is too long.
        EOFError: the connection has ended.

    """
    command, arg0, arg1, length, _, magic = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    if magic != command ^ _INVERTED or length > MAX_PAYLOAD:
        message = f"not an ADB packet: command {command:#x}, {length} bytes"
        raise ProtocolError(message)
    return Packet(command, arg0, arg1, await reader.readexactly(length) if length else b"")
