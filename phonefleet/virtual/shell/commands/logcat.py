"""`logcat`: what the phone has logged, and then what it goes on logging."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping

from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.shell.command import Call, Channels, Program

_INTERVAL = 0.5
"""Seconds between two lines of a quiet phone."""

_LINES = (
    ("ActivityManager", "Displayed {0}/{1}: +180ms"),
    ("WifiService", "acquireMulticastLockLocked: uid=1000"),
    ("BatteryService", "level:{2} scale:100 status:2 health:2 present:true"),
    ("WindowManager", "Focus is on {0}/{1}"),
)


async def logcat(call: Call, channels: Channels) -> int:
    """Emit lines until the computer has enough; `-d` and `-t` print some and end, `-c` forgets them."""
    if {"-c", "--clear"} & set(call.args):
        return 0
    form = call.option("-v") or "threadtime"
    await channels.out(b"--------- beginning of main\n")
    for number in itertools.count():
        if number >= len(_LINES):
            if {"-d", "-t"} & set(call.args):
                break
            await asyncio.sleep(_INTERVAL)
        await channels.out(_line(call.phone, form, number))
    return 0


def _line(phone: VirtualPhone, form: str, number: int) -> bytes:
    tag, text = _LINES[number % len(_LINES)]
    message = text.format(*phone.foreground, phone.battery.level)
    now = phone.clock.now()
    when = f"{now:%m-%d %H:%M:%S}.{now.microsecond // 1000:03d}"
    if form == "brief":
        return f"I/{tag}( 1200): {message}\n".encode()
    if form == "time":
        return f"{when} I/{tag}( 1200): {message}\n".encode()
    return f"{when}  1200  1234 I {tag}: {message}\n".encode()


PROGRAMS: Mapping[str, Program] = {"logcat": logcat}
