"""`nc`: a program on the phone that connects to a port of its own, which adb may have led to the computer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from virtual_phones.shell.command import Call, Channels, Program
from virtual_phones.system.streams import ByteStream

_OWN_NAMES = ("127.0.0.1", "localhost", "::1")


async def nc(call: Call, channels: Channels) -> int:
    """Carry standard input to a port, and what comes from there to standard output, until the other side ends."""
    host, port = ([*call.plain("-w", "-q", "-p", "-s"), "", ""])[:2]
    dial = call.phone.reversed.get(int(port)) if host in _OWN_NAMES and port.isdecimal() else None
    try:
        stream = await dial() if dial is not None else None
    except ConnectionError:
        stream = None
    if stream is None:
        await channels.err(f"nc: connect {host}:{port}: Connection refused\n".encode())
        return 1
    upwards = asyncio.create_task(_carry(channels, stream))
    try:
        while data := await stream.read():
            await channels.out(data)
    finally:
        upwards.cancel()
        await stream.close()
    return 0


async def _carry(channels: Channels, stream: ByteStream) -> None:
    while data := await channels.read():
        await stream.write(data)


PROGRAMS: Mapping[str, Program] = {"nc": nc, "netcat": nc}
