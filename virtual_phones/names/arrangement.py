"""Which phones are shown under which names, and what else stands in adb's list. Pure: it knows no sockets.

The forms of lines and errors are those of `transport.cpp` in Android's packages/modules/adb, compared with adb 36.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

NO_PERMISSIONS: Final = (
    "no permissions (user in plugdev group; are your udev rules wrong?); "
    "see [http://developer.android.com/tools/device.html]"
)
"""The state of a phone whose USB device this computer's user may not open."""

SERVICE: Final = "_adb-tls-connect._tcp"
"""The kind of mDNS service of phones with wireless debugging."""

ODD_NAMES: Final = (
    "R58M12ABCDE",
    "adb-R58M12ABCDE-a1B2c3 (2)._adb-tls-connect._tcp",
    "[fe80::1%eth0]:5555",
    "MT6735 / A-16",
    "a b\tc",
    "телефон-7",
    "%41?x=1&y#",
)
"""Names under which phones work: the first four as people report them, the others with all that may be in one."""

UNUSABLE: Final = (
    ("????????????", NO_PERMISSIONS),
    ("", "no permissions (missing udev rules? user is in the plugdev group); see [http://developer.android.com]"),
    ("0123456789ABCDEF", "device"),
    ("0123456789ABCDEF", "device"),
    ("RECOVERY01", "recovery"),
    ("SIDELOAD 01", "sideload"),
    ("RESCUE/01", "rescue"),
    ("BOOTLOADER", "bootloader"),
    ("UNAUTHORIZED01", "unauthorized"),
    ("AUTHORIZING01", "authorizing"),
    ("CONNECTING01", "connecting"),
    ("OFFLINE01", "offline"),
    ("DETACHED01", "detached"),
    ("HOST01", "host"),
    ("NEWER01", "a state of next year"),
)
"""Lines of phones that cannot work, one for each of adb's words; the name is "" where the phone tells none."""

_NAMELESS: Final = "(no serial number)"
_ERRORS: Final = {
    "connecting": "device still connecting",
    "authorizing": "device still authorizing",
    "offline": "device offline",
    "unauthorized": "device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set\n"
    "Try 'adb kill-server' if that seems wrong.\nOtherwise check for a confirmation dialog on your device.",
}
_HELP: Final = (
    "insufficient permissions for device: user in plugdev group; are your udev rules wrong?\n"
    "See [http://developer.android.com/tools/device.html] for more information"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of adb's list."""

    name: str
    state: str


@dataclass(slots=True)
class Arrangement:
    """`shown` holds the name under which a phone of the real server is shown, by its name there."""

    shown: dict[str, str] = field(default_factory=dict[str, str])
    extra: list[Line] = field(default_factory=list[Line])

    def rewrite(self, listed: str, *, long: bool = False) -> str:
        """Return a list of the real server as it is to be shown."""
        lines = [self._rewrite(line, long=long) for line in listed.split("\n") if line]
        lines.extend(_written(line, number, long=long) for number, line in enumerate(self.extra, start=9001))
        return "".join(f"{line}\n" for line in lines)

    def services(self, listed: str) -> str:
        """Return a list of mDNS services, with those of the phones that are shown under the name of one."""
        found = [(name.removesuffix(f".{SERVICE}"), real) for real, name in self.shown.items() if SERVICE in name]
        return listed + "".join(f"{instance}\t{SERVICE}\t{real}\n" for instance, real in found)

    def real_name(self, name: str) -> str:
        """Return what the real server calls the phone that is asked for.

        Raises:
            LookupError: none can be addressed by that; the message is adb's.

        """
        real = [known for known, shown in self.shown.items() if shown == name]
        lines = [line for line in self.extra if line.name == name]
        usable = [line for line in lines if not line.state.startswith("no permissions")]
        if len(real) + len(usable) > 1:
            message = f"more than one device with serial {name}"
        elif usable:
            message = _ERRORS.get(usable[0].state, "closed")
        elif real:
            return real[0]
        elif lines:
            message = _HELP
        elif name in self.shown:
            message = f"device '{name}' not found"
        else:
            return name
        raise LookupError(message)

    def state(self, name: str) -> str | None:
        """Return the state of the one extra line with this name, None where it is not exactly one."""
        lines = [line for line in self.extra if line.name == name]
        return lines[0].state if len(lines) == 1 and name not in self.shown.values() else None

    def split(self, said: str) -> tuple[str, str]:
        """Return name and rest of `NAME:REST`, where the name may hold colons.

        A name that is neither shown nor extra is cut off as adb does it, or left to the real server whole: then the
        rest is "".
        """
        known = sorted({*self.shown.values(), *self.shown, *(line.name for line in self.extra)}, key=len, reverse=True)
        for name in known:
            if name and said.startswith(f"{name}:"):
                return name, said[len(name) + 1 :]
        return said, ""

    def _rewrite(self, line: str, *, long: bool) -> str:
        for real, name in self.shown.items():
            if line.startswith((f"{real}\t", f"{real} ")):
                rest = line.removeprefix(real)
                return f"{name:<22} {rest.lstrip()}" if long else name + rest
        return line


def lines(of: Iterable[tuple[str, str]]) -> list[Line]:
    """Return lines of names and states."""
    return [Line(name, state) for name, state in of]


def named(serials: Sequence[str], names: Sequence[str] = ODD_NAMES) -> Iterator[tuple[str, str]]:
    """Give names to phones in turn, as far as there are any."""
    return zip(serials, names, strict=False)


def _written(line: Line, number: int, *, long: bool) -> str:
    name = line.name or _NAMELESS
    return f"{name:<22} {line.state} transport_id:{number}" if long else f"{name}\t{line.state}"
