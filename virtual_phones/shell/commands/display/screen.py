"""`screencap` and `uiautomator dump`: the screen as a picture and as XML."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from virtual_phones.apps import home
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen import drawing, hierarchy
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply, failure
from virtual_phones.shell.commands.display import displays
from virtual_phones.windows.equipment import COVER

_DEFAULT_DUMP = "/sdcard/window_dump.xml"


async def picture(phone: VirtualPhone) -> bytes:
    """Return what the display shows as PNG, black while it is off; the other phones go on meanwhile."""
    return await asyncio.to_thread(drawing.to_png, phone.picture())


def dump(phone: VirtualPhone, *, compressed: bool = False) -> str:
    """Return the active window as XML: Android's own tool shows no other (`DumpCommand`: getRootInActiveWindow)."""
    root = next(window.root for window in phone.windows() if window.active)
    return hierarchy.dump(root, phone.display, rotation=phone.rotation, compressed=compressed)


_SEVERAL = (
    "[Warning] Multiple displays were found, but no display id was specified! Defaulting to the first display found, "
    "however this default is not guaranteed to be consistent across captures. A display id should be specified.\n"
    'See "dumpsys SurfaceFlinger --display-id" for valid display IDs.\n'
)
"""What `screencap` says on standard error of a phone with two displays, so that it stands before the picture where
standard output and error are one (agent-device #184)."""


async def screencap(call: Call, channels: Channels) -> int:
    """Write the screen as PNG to a file, or to standard output; `-d` chooses a display by SurfaceFlinger's number."""
    wanted, several = call.option("-d"), displays.several(call.phone)
    if wanted not in {None, str(displays.FIRST), *([str(displays.SECOND)] if several else [])}:
        await channels.err(f"Display Id '{wanted}' is not valid.\n".encode())
        return 1
    if several and wanted is None:
        await channels.err(_SEVERAL.encode())
    png = await (asyncio.to_thread(_dark) if wanted == str(displays.SECOND) else picture(call.phone))
    paths = call.plain("-d")
    if not paths:
        await channels.out(png)
    elif (failed := _write(call.phone, paths[0], png)) is not None:
        await channels.err(failed.err.encode())
        return failed.code
    return 0


def _dark() -> bytes:
    """Return the picture of the cover, which is off."""
    return drawing.to_png(drawing.draw(home.keyguard(*COVER), *COVER, dark=True))


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
