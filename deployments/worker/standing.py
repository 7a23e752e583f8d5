"""What the main host thinks of this one: whether it still takes it, and how often it has lost it.

The ledger's calls hear of both in passing, in any thread, and the worker acts on it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from phonefleet.clock import Clock
from phonefleet.hosts.connection import MainHost
from phonefleet.ledger.ledger import Ledger


class Standing:
    """Tells the worker when the main host has lost this host meanwhile, or takes it no longer. Thread-safe.

    `losses` is how often it had been lost when it joined.
    """

    def __init__(self, losses: int) -> None:
        self._losses = str(losses)
        self._refusal: str | None = None
        self._on_lost: Callable[[], None] = _nothing
        self._on_refused: Callable[[], None] = _nothing
        self._lock = threading.Lock()

    @property
    def refusal(self) -> str | None:
        """Why the main host takes this host no longer; None while it does."""
        return self._refusal

    def attach(self, on_lost: Callable[[], None], on_refused: Callable[[], None]) -> None:
        """Call these, in any thread, when this host was lost, and when it is taken no longer."""
        with self._lock:
            self._on_lost, self._on_refused = on_lost, on_refused
        if self._refusal is not None:
            on_refused()

    def hear(self, losses: str) -> None:
        """Take note of how often the main host has lost this one."""
        if losses == self._losses:
            return
        with self._lock:
            self._losses, on_lost = losses, self._on_lost
        on_lost()

    def refuse(self, why: str) -> None:
        """Take note that the main host takes this one no longer."""
        with self._lock:
            first, self._refusal = self._refusal is None, self._refusal or why
            on_refused = self._on_refused
        if first:
            on_refused()


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a worker of a joined host has: its name, ledger and clock, and the main host with what that thinks of it."""

    host: str
    ledger: Ledger
    clock: Clock
    standing: Standing
    main: MainHost
