"""Parses the addresses under which adb reaches phones in a network, in the forms of its device list.

The forms that `adb connect` accepts are from `ParseNetAddress` in libbase and `connect_device` in
`client/transport_local.cpp` of
Android's packages/modules/adb: `host`, `host:port`, `[IPv6]:port` with or without a zone, `vsock:CID:port`, and the
names of services that adb found by mDNS, such as `adb-R58M12ABCDE-a1B2c3 (2)._adb-tls-connect._tcp`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

DEFAULT_PORT: Final = 5555
"""The port that adb takes where an address names none."""
_LAST_PORT: Final = 65535
_SERVICES: Final = ("._adb-tls-connect._tcp", "._adb._tcp")
"""The kinds of mDNS service that can be connected to; the third kind, `_adb-tls-pairing`, is for pairing only."""
_BRACKETED: Final = re.compile(r"\[(?P<host>[0-9a-fA-F:.]+(%[^\]\s]+)?)\](:(?P<port>\d+))?")
_NAMED: Final = re.compile(r"(?P<host>[\w.-]+):(?P<port>\d+)")
_VSOCK: Final = re.compile(r"vsock:\d+:\d+")


@dataclass(frozen=True, slots=True)
class HostPort:
    """A TCP address: `host` is a name, an IPv4 or an IPv6 address, the last perhaps with a zone."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def host_port(name: str) -> HostPort | None:
    """Parse a name in adb's list as a TCP address; None for serials and names of services.

    Example:
        >>> host_port("[fe80::1%eth0]:5555")
        HostPort(host='fe80::1%eth0', port=5555)

    """
    found = _BRACKETED.fullmatch(name) or _NAMED.fullmatch(name)
    if found is None or found["port"] is None:
        return None
    port = int(found["port"])
    return HostPort(found["host"], port) if 0 < port <= _LAST_PORT else None


def service_instance(name: str) -> str | None:
    """Return the instance part of an mDNS service name that adb connects to; None for any other name.

    Example:
        >>> service_instance("adb-R58M12ABCDE-a1B2c3 (2)._adb-tls-connect._tcp")
        'adb-R58M12ABCDE-a1B2c3 (2)'

    """
    bare = name.removesuffix(".")
    return next((bare.removesuffix(kind) for kind in _SERVICES if bare.endswith(kind) and bare != kind), None)


def is_address(name: str) -> bool:
    """Tell whether `adb connect` takes a name of adb's list; the serials of phones on USB and emulators are none."""
    return host_port(name) is not None or service_instance(name) is not None or _VSOCK.fullmatch(name) is not None


def as_listed(given: str) -> str:
    """Normalize an address that a person wrote, perhaps without port or brackets, to the form of adb's list.

    Example:
        >>> as_listed("192.168.1.20"), as_listed("fe80::1%eth0")
        ('192.168.1.20:5555', '[fe80::1%eth0]:5555')

    """
    if is_address(given):
        return given.removesuffix(".")
    bracketed = _BRACKETED.fullmatch(given if given.startswith("[") else f"[{given}]")
    if bracketed is not None and ":" in bracketed["host"]:
        return str(HostPort(bracketed["host"], DEFAULT_PORT))
    return f"{given}:{DEFAULT_PORT}" if re.fullmatch(r"[\w.-]+", given) else given
