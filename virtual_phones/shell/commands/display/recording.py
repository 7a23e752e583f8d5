"""`screenrecord`: a video of the screen, until it is interrupted or its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from virtual_phones.phone import VirtualPhone
from virtual_phones.screen import drawing
from virtual_phones.screen.video import Frame, mp4
from virtual_phones.shell.command import Call, Channels, Program

_WITH_VALUE = ("--size", "--bit-rate", "--time-limit", "--display-id", "--output-format", "-b")
_LONGEST = 180.0
"""Seconds after which it ends by itself, as on a phone."""
_INTERVAL = 0.25
"""Seconds between two pictures; a phone takes one whenever the screen changes."""
_QUALITY = 80


async def screenrecord(call: Call, channels: Channels) -> int:
    """Record to a file. What was recorded is kept when it is interrupted, as with Ctrl-C."""
    paths = call.plain(*_WITH_VALUE)
    if not paths:
        await channels.err(b"Must specify output file (see --help).\n")
        return 2
    limit = min(float(call.option("--time-limit") or _LONGEST), _LONGEST)
    frames: list[Frame] = []
    try:
        async with asyncio.timeout(limit):
            await _take(call.phone, frames)
    except (TimeoutError, asyncio.CancelledError):
        return await _finish(call.phone, paths[0], frames, channels)
    return 0


async def _take(phone: VirtualPhone, frames: list[Frame]) -> None:
    while True:
        frames.append(Frame(await asyncio.to_thread(drawing.to_jpeg, phone.picture(), _QUALITY), _INTERVAL))
        await asyncio.sleep(_INTERVAL)


async def _finish(phone: VirtualPhone, path: str, frames: list[Frame], channels: Channels) -> int:
    frames = frames or [Frame(drawing.to_jpeg(phone.picture(), _QUALITY), _INTERVAL)]
    video = mp4(frames, phone.width, phone.height)
    try:
        phone.files.write(path, video, 0o660, int(phone.clock.now().timestamp()))
    except OSError as error:
        await channels.err(f"ERROR: unable to open '{path}': {error}\n".encode())
        return 1
    return 0


PROGRAMS: Mapping[str, Program] = {"screenrecord": screenrecord}
