"""Handles the signals that stop a command: Ctrl-C, SIGTERM and SIGHUP."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from phonefleet.clock import StopSignal


@contextmanager
def stop_signals() -> Generator[tuple[StopSignal, StopSignal]]:
    """Yield (stop, hurry): the first Ctrl-C, SIGTERM or SIGHUP sets `stop`, the second sets `hurry`."""
    stop, hurry = StopSignal(), StopSignal()

    def asked(number: int, _frame: FrameType | None) -> None:
        reason = signal.Signals(number).name
        if stop.reason:
            hurry.set(reason)
        stop.set(reason)

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, asked) for number in numbers}
    try:
        yield stop, hurry
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
