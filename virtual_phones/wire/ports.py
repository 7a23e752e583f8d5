"""Taking a TCP port: held without an answer, so that connections are refused or hang, and nobody else gets it."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from typing import Final

_FILLERS: Final = 8
"""More connections than the shortest queue of any system takes."""


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


def make_deaf(address: tuple[str, int]) -> ExitStack:
    """Bind a port whose queue is full: the system drops the packets of whoever connects, without an answer.

    Closing what is returned frees the port.

    Raises:
        OSError: somebody else has it.

    """
    with ExitStack() as sockets:
        listener = sockets.enter_context(hold(address))
        listener.listen(0)
        for _ in range(_FILLERS):
            filler = sockets.enter_context(socket.socket())
            filler.settimeout(0)
            filler.connect_ex(address)
        return sockets.pop_all()
