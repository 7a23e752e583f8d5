"""`monkey --port`: a server that takes touches and keys as lines of text, and tells a few variables.

The language is that of `MonkeySourceNetwork` in Android's development tools: one command a line, answered by `OK`,
`OK:VALUE` or `ERROR:REASON`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Program
from virtual_phones.shell.commands.activity_manager import am
from virtual_phones.system.streams import ByteStream

_STARTED = b":Monkey: seed=1700000000000 count=0\n:IncludeCategory: android.intent.category.LAUNCHER\n"
_PRODUCT = "ro.product."


async def monkey(call: Call, channels: Channels) -> int:
    """Serve a port until the computer closes the stream; without `--port` start an app."""
    port = call.option("--port")
    if port is None:
        reply = am.monkey(call)
        await channels.out(reply.out.encode() if isinstance(reply.out, str) else reply.out)
        await channels.err(reply.err.encode())
        return reply.code
    phone, number = call.phone, int(port)
    phone.listeners[number] = lambda stream: _serve(phone, stream)
    try:
        await channels.out(_STARTED)
        while await channels.read():  # it has no use for input, but ends with it
            pass
    finally:
        phone.listeners.pop(number, None)
    return 0


async def _serve(phone: VirtualPhone, stream: ByteStream) -> None:
    rest = b""
    while data := await stream.read():
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            words = _words(line.decode(errors="replace"))
            if words[:1] == ["quit"]:
                await stream.write(b"OK\n")
                return
            await stream.write(f"{_answer(phone, words)}\n".encode())


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.strip())
    except ValueError:
        return []


def _answer(phone: VirtualPhone, words: list[str]) -> str:
    match words:
        case ["tap", x, y] if x.isdecimal() and y.isdecimal():
            phone.tap(int(x), int(y))
        case ["type", text]:
            phone.type_text(text)
        case ["key", "up", key] | ["press", key]:
            return "OK" if phone.press(key.removeprefix("KEYCODE_")) else "ERROR:Unknown key"
        case ["getvar" | "listvar", *name]:
            return _variable(phone, name)
        case ["touch" | "key" | "flip" | "sleep" | "trackball" | "wake" | "done", *_]:
            phone.wake()
        case _:
            return "ERROR:Invalid Argument"
    return "OK"


def _variable(phone: VirtualPhone, name: list[str]) -> str:
    known = _variables(phone)
    if not name:
        return "OK:" + " ".join(known)
    return f"OK:{known[name[0]]}" if name[0] in known else "ERROR:unknown var"


def _variables(phone: VirtualPhone) -> dict[str, str]:
    package, activity = phone.foreground
    density = int(phone.properties["ro.sf.lcd_density"]) / 160
    product = {name: value for name, value in phone.properties.items() if name.startswith(_PRODUCT)}
    return {f"build.{name.removeprefix(_PRODUCT)}": value for name, value in product.items()} | {
        "display.width": str(phone.width), "display.height": str(phone.height), "display.density": str(density),
        "am.current.package": package, "am.current.action": "android.intent.action.MAIN",
        "am.current.comp.class": activity, "am.current.comp.package": package,
        "build.version.release": phone.properties["ro.build.version.release"],
        "build.version.sdk": phone.properties["ro.build.version.sdk"],
        "clock.realtime": str(int(phone.clock.now().timestamp() * 1000)),
    }  # fmt: skip


PROGRAMS: Mapping[str, Program] = {"monkey": monkey}
