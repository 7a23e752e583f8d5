"""Installing in several steps, as split apps need it: `pm install-create`, `-write`, `-commit` and `-abandon`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from weakref import WeakKeyDictionary

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Reply, failure

Install = Callable[[VirtualPhone, bytes], Reply]
"""Installs an APK, given as its bytes."""

_numbers = itertools.count(1_204_563_001)
_open: WeakKeyDictionary[VirtualPhone, dict[int, dict[str, bytes]]] = WeakKeyDictionary()
"""The sessions of each phone: by their number, the APKs that were written, by name."""


def is_step(call: Call) -> bool:
    """Tell whether `pm` was called for one of the steps."""
    return call.first in _STEPS or call.first == "install-write"


async def step(call: Call, channels: Channels, install: Install) -> Reply:
    """Take one step; `-write` reads the APK from a file, or from standard input where the path is `-`."""
    sessions = _open.setdefault(call.phone, {})
    if call.first == "install-write":
        return await _write(call.below(), channels, sessions)
    return _STEPS[call.first](call.below(), sessions, install)


async def _write(call: Call, channels: Channels, sessions: dict[int, dict[str, bytes]]) -> Reply:
    number, name, path = ([*call.plain("-S"), "", "", "-"])[:3]
    if (written := sessions.get(_number(number))) is None:
        return _unknown(number)
    if path in {"-", ""}:
        written[name] = await _read(channels, int(call.option("-S") or "0"))
    elif (entry := call.phone.files.get(path)) is not None:
        written[name] = entry.data
    else:
        return failure(f"Error: APK content must be streamed; unable to open file: {path}")
    return Reply(f"Success: streamed {len(written[name])} bytes\n")


async def _read(channels: Channels, size: int) -> bytes:
    content = bytearray()
    while len(content) < size and (piece := await channels.read()):
        content += piece
    return bytes(content)


def _create(_: Call, sessions: dict[int, dict[str, bytes]], __: Install) -> Reply:
    number = next(_numbers)
    sessions[number] = {}
    return Reply(f"Success: created install session [{number}]\n")


def _commit(call: Call, sessions: dict[int, dict[str, bytes]], install: Install) -> Reply:
    """Install what was written: the base, whose manifest names the app; splits add nothing that shows."""
    written = sessions.pop(_number(call.first), None)
    if written is None:
        return _unknown(call.first)
    if not written:
        return failure("Failure [INSTALL_FAILED_INVALID_APK: Session staged no packages]")
    base = written.get("base.apk", next(iter(written.values())))
    return install(call.phone, base)


def _abandon(call: Call, sessions: dict[int, dict[str, bytes]], _: Install) -> Reply:
    return Reply("Success\n") if sessions.pop(_number(call.first), None) is not None else _unknown(call.first)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _unknown(number: str) -> Reply:
    return failure(f"Error: java.lang.SecurityException: Caller has no access to session {number}", 255)


_STEPS: Mapping[str, Callable[[Call, dict[int, dict[str, bytes]], Install], Reply]] = MappingProxyType(
    {"install-create": _create, "install-commit": _commit, "install-abandon": _abandon}
)
