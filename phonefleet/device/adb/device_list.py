"""Parses adb's list of devices: one entry for each name, whatever characters the name has.

The format is that of `host:devices` and `host:track-devices`, from `transport.cpp` of Android's packages/modules/adb: a
line `NAME<TAB>STATE` for each phone. The name is reported by the phone and may contain blanks, slashes, brackets or
tabs; several phones may have the same. The state is one of `_WORDS`, and may be followed by a remark:
`????????????<TAB>no permissions (user in plugdev group; are your udev rules wrong?); see [http://…]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

AMBIGUOUS: Final = "ambiguous"
"""Our own state for a name that several phones have; adb answers "more than one device with serial …" to it."""

NO_PERMISSIONS: Final = "no permissions"
NAMELESS: Final = "(no serial number)"
"""The name under which adb lists phones that report no serial number; it cannot address them by it."""

_WORDS: Final = (
    NO_PERMISSIONS, "connecting", "authorizing", "unauthorized", "detached", "offline", "bootloader", "device", "host",
    "recovery", "sideload", "rescue", "unknown",
)  # fmt: skip
"""The states that adb prints: `to_string(ConnectionState)` in `adb.cpp`; the first is for USB without permission."""


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """An entry of adb's list: the name, adb's state (`word`), and its further remark (`detail`)."""

    name: str
    word: str
    detail: str = ""


def parse_device_list(block: str) -> list[ListedDevice]:
    r"""Return an entry for each name, in adb's order; lines without a tab, which name no phone, are skipped.

    Example:
        >>> parse_device_list("A 1/2\tdevice\n")
        [ListedDevice(name='A 1/2', word='device', detail='')]

    """
    lines: dict[str, list[ListedDevice]] = {}
    for line in block.split("\n"):  # not splitlines, which also splits at other characters that a name may contain
        name, tab, said = line.rpartition("\t")
        if tab:
            lines.setdefault(name, []).append(_sighting(name, said.strip()))
    return [_merge(same) for same in lines.values()]


def _sighting(name: str, said: str) -> ListedDevice:
    word = next((word for word in _WORDS if said == word or said.startswith((f"{word} ", f"{word};"))), "")
    return ListedDevice(name, word, said.removeprefix(word).strip()) if word else ListedDevice(name, said)


def _merge(same: list[ListedDevice]) -> ListedDevice:
    """Merge the entries of one name: those without permission count only if there is no other, as in adb itself."""
    usable = [sighting for sighting in same if sighting.word != NO_PERMISSIONS] or same[:1]
    if len(usable) == 1 and usable[0].name != NAMELESS:
        return usable[0]
    return ListedDevice(usable[0].name, AMBIGUOUS, ", ".join(sighting.word for sighting in usable))


def adb_states(sightings: Iterable[ListedDevice]) -> dict[str, str]:
    """Return adb's state by name."""
    return {sighting.name: sighting.word for sighting in sightings}
