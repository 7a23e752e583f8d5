"""Taking a TCP port: held without an answer, so that connections are refused and nobody else gets it."""

from __future__ import annotations

import os
import socket


def hold(address: tuple[str, int]) -> socket.socket:
    """Bind a port without listening; port 0 picks a free one.

    Raises:
        OSError: somebody else has it.

    """
    held = socket.socket()
    try:
        if os.name == "posix":
            # Elsewhere this option would let us take a port that another program listens on.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
    except OSError:
        held.close()
        raise
    return held
