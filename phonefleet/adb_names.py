"""The names under which adb shows phones: serials on USB and of emulators, `host:port` and mDNS names in a network."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["usb", "network"]

_NETWORK: Final = re.compile(r".+:\d{1,5}|.+\._adb(-tls-connect)?\._tcp\.?", re.DOTALL)
"""`192.168.1.20:5555`, `[fe80::1%eth0]:5555`, `adb-R58M12ABCDE-x1Yz2 (2)._adb-tls-connect._tcp`."""


def kind_of(name: str) -> Kind:
    """Return how a phone of this name is connected; emulators count as USB, as nothing else bears their names.

    Example:
        >>> kind_of("R58M12ABCDE"), kind_of("192.168.1.20:5555")
        ('usb', 'network')

    """
    return "network" if _NETWORK.fullmatch(name) else "usb"
