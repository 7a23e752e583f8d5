"""Opens what an API needs to reach joined hosts, and records what it hears of them."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

from api.hosts.tunnels import Tunnels
from api.loops.threads import in_thread
from phonefleet.clock import Clock
from phonefleet.device.adb.host_sockets import HostSockets
from phonefleet.ledger import Ledger

_log = logging.getLogger(__name__)


async def opened_tunnels(home: Path, ledger: Ledger) -> Tunnels:
    """Return the tunnels to all hosts that have joined, with their sockets."""
    tunnels = Tunnels(HostSockets.of(home))
    if not hasattr(socket, "AF_UNIX"):
        _log.warning("This system has no Unix sockets: phones of joined hosts cannot be looked at from here")
        return tunnels
    names = [host.name for host in await in_thread(ledger.hosts.all)]
    try:
        await tunnels.open(names)
    except OSError:
        _log.exception("Phones of joined hosts cannot be looked at: their sockets cannot be opened")
    return tunnels


async def seen(ledger: Ledger, clock: Clock, name: str) -> None:
    """Record that something was heard of a host."""
    await in_thread(ledger.hosts.seen, name, clock.now())
