"""Reading adb's list of phones: one sighting for each name, whatever the name is made of.

The format is that of `host:devices` and `host:track-devices`, from `transport.cpp` of Android's packages/modules/adb: a
line `NAME<TAB>STATE` for each phone. A name is what the phone says of itself and may hold blanks, slashes, brackets or
tabs; several phones may say the same. A state is one of adb's adb_states, and may go on in brackets:
`????????????<TAB>no permissions (user in plugdev group; are your udev rules wrong?); see [http://…]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

AMBIGUOUS: Final = "ambiguous"
"""The word, ours, for a name that several phones have: adb answers "more than one device with serial …" to it."""

NO_PERMISSIONS: Final = "no permissions"
NAMELESS: Final = "(no serial number)"
"""What adb lists for phones that say no serial number; it finds none of them by that."""

_WORDS: Final = (
    NO_PERMISSIONS, "connecting", "authorizing", "unauthorized", "detached", "offline", "bootloader", "device", "host",
    "recovery", "sideload", "rescue", "unknown",
)  # fmt: skip
"""The states that adb prints: `to_string(ConnectionState)` in `adb.cpp`; the first is for USB without permission."""


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """What adb lists under a name: its word for the state, and what it says beyond that, in its own form."""

    name: str
    word: str
    detail: str = ""


def parse_device_list(block: str) -> list[ListedDevice]:
    r"""Return a sighting for each name, in adb's order; lines without a tab, which name no phone, are left out.

    Example:
        >>> parse_device_list("A 1/2\tdevice\n")
        [ListedDevice(name='A 1/2', word='device', detail='')]

    """
    lines: dict[str, list[ListedDevice]] = {}
    for line in block.split("\n"):  # not splitlines: a name may hold what that takes for the end of a line
        name, tab, said = line.rpartition("\t")
        if tab:
            lines.setdefault(name, []).append(_sighting(name, said.strip()))
    return [_merge(same) for same in lines.values()]


def _sighting(name: str, said: str) -> ListedDevice:
    word = next((word for word in _WORDS if said == word or said.startswith((f"{word} ", f"{word};"))), "")
    return ListedDevice(name, word, said.removeprefix(word).strip()) if word else ListedDevice(name, said)


def _merge(same: list[ListedDevice]) -> ListedDevice:
    """Return what the phones of one name are together: adb passes over those that it may not use."""
    usable = [sighting for sighting in same if sighting.word != NO_PERMISSIONS] or same[:1]
    if len(usable) == 1 and usable[0].name != NAMELESS:
        return usable[0]
    return ListedDevice(usable[0].name, AMBIGUOUS, ", ".join(sighting.word for sighting in usable))


def adb_states(sightings: Iterable[ListedDevice]) -> dict[str, str]:
    """Return the word of each name."""
    return {sighting.name: sighting.word for sighting in sightings}
