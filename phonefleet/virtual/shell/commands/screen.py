"""`screencap` and `uiautomator dump`: the screen as a picture and as XML."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from phonefleet.geometry import Rect
from phonefleet.virtual import drawing, hierarchy, home
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.shell.command import Call, Channels, Command, Program, Reply, failure
from phonefleet.virtual.shell.commands import displays
from phonefleet.virtual.traits import FIRST_DISPLAY

_DEFAULT_DUMP = "/sdcard/window_dump.xml"


async def picture(phone: VirtualPhone) -> bytes:
    """Return what the display shows as PNG, black while it is off; the other phones go on meanwhile."""
    drawn = drawing.draw(phone.tree(), phone.width, phone.height, dark=not phone.display_on)
    return await asyncio.to_thread(drawing.to_png, drawn)


def dump(phone: VirtualPhone, *, compressed: bool = False) -> str:
    """Return the hierarchy of the screen as XML."""
    screen = Rect(0, 0, phone.width, phone.height)
    return hierarchy.dump(phone.tree(), screen, rotation=phone.rotation, compressed=compressed)


_SEVERAL = (
    "[Warning] Multiple displays were found, but no display id was specified! Defaulting to the first display found, "
    "however this default is not guaranteed to be consistent across captures. A display id should be specified.\n"
    'See "dumpsys SurfaceFlinger --display-id" for valid display IDs.\n'
)
"""What `screencap` says on standard error of a phone with two displays, so that it stands before the picture where
standard output and error are one (agent-device #184)."""


async def screencap(call: Call, channels: Channels) -> int:
    """Write the screen as PNG to a file, or to standard output; `-d` chooses a display by SurfaceFlinger's number."""
    wanted, other = call.option("-d"), displays.second(call.phone)
    if wanted is not None and wanted not in {str(FIRST_DISPLAY), *([str(other.number)] if other else [])}:
        await channels.err(f"Display Id '{wanted}' is not valid.\n".encode())
        return 1
    if other is not None and wanted is None:
        await channels.err(_SEVERAL.encode())
    if other is not None and wanted == str(other.number):
        png = await asyncio.to_thread(_dark, other.width, other.height)
    else:
        png = await picture(call.phone)
    paths = call.plain("-d")
    if not paths:
        await channels.out(png)
    elif (failed := _write(call.phone, paths[0], png)) is not None:
        await channels.err(failed.err.encode())
        return failed.code
    return 0


def _dark(width: int, height: int) -> bytes:
    """Return the picture of a display that is off."""
    return drawing.to_png(drawing.draw(home.keyguard(width, height), width, height, dark=True))


def uiautomator(call: Call) -> Reply:
    """Dump the hierarchy to a file. While the uiautomator server holds the connection, the tool is killed."""
    if call.first != "dump":
        return failure(f"Unsupported standalone command: {call.first}")
    if call.phone.u2.running:
        return Reply("ERROR: could not get idle state.\n", 137, "Killed\n")
    path = ([*call.below().plain(), _DEFAULT_DUMP])[0]
    xml = dump(call.phone, compressed="--compressed" in call.args)
    if path == "/dev/tty":
        return Reply(f"{xml}UI hierchary dumped to: {path}\n")
    return _write(call.phone, path, xml.encode()) or Reply(f"UI hierchary dumped to: {path}\n")


def _write(phone: VirtualPhone, path: str, data: bytes) -> Reply | None:
    """Write a file; return what is said when that fails."""
    try:
        phone.files.write(path, data, modified=int(phone.clock.now().timestamp()))
    except OSError as error:
        return failure(f"Error opening file: {path} ({error})")
    return None


COMMANDS: Mapping[str, Command] = {"uiautomator": uiautomator}
PROGRAMS: Mapping[str, Program] = {"screencap": screencap}
