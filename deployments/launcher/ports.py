"""Checks whether TCP ports are free, and picks free ones."""

from __future__ import annotations

import secrets
import socket
import zlib
from pathlib import Path

from phonefleet.defaults import default_home
from phonefleet.errors import Permanent
from phonefleet.words import say

VIRTUAL_BASE = 21001
"""The first virtual phone's port in the default home; adb takes ports from 5555 to 5585 for emulators."""
BLOCK = 200
BLOCKS = 58
"""The number of blocks between `VIRTUAL_BASE` and the ephemeral ports of the system."""
LOOPBACK = "127.0.0.1"
PICKED = range(12_000, VIRTUAL_BASE)
"""The range of picked ports, below the system's ephemeral ports, which any program may get at any moment."""
_TRIES = 200

_picked: set[int] = set()
"""Ports that this process has picked already, although nothing may listen there yet."""


class PortInUse(Permanent):
    """A port is in use by another program."""


def claim(port: int, option: str, host: str = LOOPBACK) -> int:
    """Return the port if it is free, or any free one for 0. `option` is the command-line option for messages.

    Raises:
        PortInUse: the port is in use; the message names the option that chooses another.

    """
    free = free_port(host, port) if port else _pick(host)
    if free is None:
        message = say(
            "launcher.port_use_another_program_stop",
            "Port {port} is in use by another program: stop that, or choose another port with "
            "{option} (0 picks a free one).",
            port=port,
            option=option,
        )
        raise PortInUse(message)
    return free


def _pick(host: str) -> int | None:
    """Return a random free port that was not picked before; an ephemeral one if none is found."""
    for _ in range(_TRIES):
        port = secrets.choice(PICKED)
        if port not in _picked and free_port(host, port):
            _picked.add(port)
            return port
    return free_port(host, 0)


def default_base(home: Path) -> int:
    """Return the first port for the virtual phones of a home: stable for one home, rarely the same for two."""
    if home == default_home():
        return VIRTUAL_BASE
    return VIRTUAL_BASE + BLOCK * (zlib.crc32(str(home.absolute()).encode()) % BLOCKS)


def free_block(count: int, start: int = VIRTUAL_BASE) -> int:
    """Return the first of `count` free ports in a row.

    Raises:
        PortInUse: there is no such row.

    """
    for base in range(start, 65536 - count, max(count, BLOCK)):
        if all(free_port(LOOPBACK, port) for port in range(base, base + count)):
            return base
    message = say(
        "launcher.no_free_ports_row_virtual",
        "There are no {number} free ports in a row for the virtual phones.",
        number=count,
    )
    raise PortInUse(message)


def free_port(host: str, port: int) -> int | None:
    """Return the port, or a free one for 0; None when it is taken.

    Raises:
        Permanent: this machine has no such address.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            message = say(
                "launcher.machine_no_address_choose_another",
                "This machine has no address {host!r}: choose another with --host.",
                host=host,
            )
            raise Permanent(message) from error
        except OSError:
            return None
        return int(probe.getsockname()[1])
