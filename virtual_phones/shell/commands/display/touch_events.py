"""`getevent`: the kernel's input devices, and what a hand does, as AOSP's `toolbox/getevent.c` writes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from virtual_phones.input.kernel import HIGHEST, KEYS, SCREEN, KernelEvent
from virtual_phones.shell.command import Call, Channels, Program

_NUMBERS = {
    "EV_SYN": 0x0, "EV_KEY": 0x1, "EV_ABS": 0x3, "SYN_REPORT": 0x0, "BTN_TOUCH": 0x14A, "ABS_MT_POSITION_X": 0x35,
    "ABS_MT_POSITION_Y": 0x36, "ABS_MT_TRACKING_ID": 0x39, "KEY_BACK": 0x9E, "KEY_HOMEPAGE": 0xAC,
    "KEY_APPSELECT": 0x244, "KEY_ENTER": 0x1C, "KEY_POWER": 0x74, "KEY_VOLUMEUP": 0x73, "KEY_VOLUMEDOWN": 0x72,
}  # fmt: skip
"""Types and codes of `linux/input-event-codes.h`."""

_NAMES = {KEYS: "gpio_keys", SCREEN: "virtual_touchscreen"}
_SIDE_KEYS = ("KEY_VOLUMEDOWN", "KEY_VOLUMEUP", "KEY_POWER", "KEY_BACK", "KEY_HOMEPAGE", "KEY_APPSELECT")
_AXES = (("ABS_MT_SLOT", 9), ("ABS_MT_POSITION_X", HIGHEST), ("ABS_MT_POSITION_Y", HIGHEST),
         ("ABS_MT_TRACKING_ID", 65535))  # fmt: skip
_USAGE = "Usage: getevent [-t] [-n] [-s switchmask] [-S] [-v [mask]] [-d] [-p] [-i] [-l] [-q] [-c count] [-r] [dev]\n"


async def getevent(call: Call, channels: Channels) -> int:
    """List the devices (`-p`), or follow their events until the computer closes the stream or `-c` are written."""
    flags = {letter for word in call.args if word.startswith("-") for letter in word[1:]}
    if "h" in flags:
        await channels.err(_USAGE.encode())
        return 1
    wanted = call.plain("-c", "-s", "-v")
    if missing := [path for path in wanted if path not in _NAMES]:
        await channels.err(f"could not open {missing[0]}, No such file or directory\n".encode())
        return 1
    if "p" in flags:
        await channels.out("".join(_listed(flags)).encode())
        return 0
    if not wanted and "q" not in flags:
        await channels.out("".join(_headings()).encode())
    return await _follow(call, channels, flags, wanted)


async def _follow(call: Call, channels: Channels, flags: set[str], wanted: Sequence[str]) -> int:
    kernel, number = call.phone.kernel, call.phone.kernel.count
    count = call.option("-c")
    left = int(count) if count is not None and count.isdecimal() else None
    while left is None or left > 0:
        events = [event for event in kernel.since(number) if not wanted or event.device in wanted][:left]
        number = kernel.count
        if events:
            await channels.out("".join(written(event, flags, named=not wanted) for event in events).encode())
            left = None if left is None else left - len(events)
        else:
            await kernel.changed()
    return 0


def _headings() -> list[str]:
    devices = enumerate(_NAMES.items(), start=1)
    return [f'add device {number}: {path}\n  name:     "{name}"\n' for number, (path, name) in devices]


def _listed(flags: set[str]) -> list[str]:
    named = "l" in flags
    keys = "".join(f" {_name(key, 21, named=named)}" for key in _SIDE_KEYS)
    axes = "\n                ".join(
        f"{_name(axis, 21, named=named)} : value 0, min 0, max {most}, fuzz 0, flat 0, resolution 0"
        for axis, most in _AXES
    )
    touch = _name("BTN_TOUCH", 21, named=named)
    first, second = _headings()
    return [
        f"{first}  events:\n    KEY (0001):{keys}\n  input props:\n    <none>\n",
        f"{second}  events:\n    KEY (0001): {touch}\n    ABS (0003): {axes}\n  input props:\n    INPUT_PROP_DIRECT\n",
    ]


def written(event: KernelEvent, flags: Collection[str], *, named: bool = True) -> str:
    """Return the line of an event; `flags` are the letters of the options, `named` writes its device too."""
    whole, _, fraction = f"{event.seconds:.6f}".partition(".")
    time = f"[{whole:>8}.{fraction}] " if "t" in flags else ""
    device = f"{event.device}: " if named else ""
    if "l" not in flags:
        return f"{time}{device}{_NUMBERS[event.kind]:04x} {_NUMBERS[event.code]:04x} {event.value:08x}\n"
    value = ("UP", "DOWN")[event.value] if event.kind == "EV_KEY" else f"{event.value:08x}"
    return f"{time}{device}{event.kind:<12} {event.code:<20} {value:<20}\n"


def _name(code: str, width: int, *, named: bool) -> str:
    return f"{code:<{width}}" if named else f"{_NUMBERS.get(code, 0x2F):04x}"


PROGRAMS: Mapping[str, Program] = {"getevent": getevent}
