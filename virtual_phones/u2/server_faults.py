"""When a fault strikes the uiautomator server: at a connection, at a call, or at its start.

A client opens a new connection for each call, and only a refused one tells it that the server is dead. So the fault of
a call is drawn when its connection is opened, and kept until the call has come.
"""

from __future__ import annotations

from virtual_phones.faults import Fault, Faults, Strike

DEADLY_BEFORE = (Fault.SERVER_DEAD, Fault.WONT_START)
"""Faults that have ended the server before the call."""


class ServerFaults:
    """The faults that wait for one phone's server."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._kept: Strike | None = None
        self._drawn = False
        self._spared = False
        self._wont_start = False
        self._empty_dumps = 0
        self._blind = False

    def at_connection(self) -> bool:
        """Tell whether the server lives on when a connection is opened."""
        if self._kept is None and not self._spared:
            self._kept, self._drawn = self._faults.draw("rpc"), True
        if self._kept is None or self._kept.fault not in DEADLY_BEFORE:
            return True
        self._wont_start = self._kept.fault is Fault.WONT_START
        self._kept, self._drawn = None, False
        return False

    def at_ping(self) -> None:
        """Take note that the connection was opened for a ping: the next one may be struck again."""
        self._spared = False
        if self._kept is None:
            self._drawn = False

    def at_call(self, method: str) -> Strike | None:
        """Return what strikes this call; an empty dump waits for a dump, an empty node is all that dumps show then."""
        strike = self._kept if self._drawn else self._faults.draw("rpc")
        self._kept, self._drawn, self._spared = None, False, False
        if strike is not None and strike.fault is Fault.EMPTY_DUMP:
            self._empty_dumps += 1
            strike = None
        if strike is not None and strike.fault is Fault.EMPTY_NODE:
            self._blind, strike = True, None
        if method == "dumpWindowHierarchy" and self._blind and strike is None:
            return Strike(Fault.EMPTY_NODE)
        if method == "dumpWindowHierarchy" and self._empty_dumps and strike is None:
            self._empty_dumps -= 1
            return Strike(Fault.EMPTY_DUMP)
        return strike

    def at_start(self) -> bool:
        """Tell whether the server starts; after a start the first ping is spared, so that one fault is one."""
        quits = self._wont_start or self._faults.take(Fault.WONT_START)
        self._wont_start, self._spared, self._blind = False, not quits, False
        return not quits
