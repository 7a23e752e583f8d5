"""Begins a process that runs for long: modules are loaded without collecting garbage, and memory comes from few heaps.

Imports make thousands of objects that all stay.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

CAN_FORK: Final = sys.platform == "linux"
"""Whether a process can be copied after it has imported much: macOS forbids it, Windows has no copies."""

_YOUNG: Final = 20_000
"""How many new objects are looked through at once. Python's 700 make a request of a server worth several looks, which
took Prefect's server 6 % of its processor's time; this many are a few megabytes."""


_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's malloc.h: the parameter of `mallopt` for the number of heaps."""

_ARENAS: Final = 2
"""glibc gives threads heaps of their own, eight for each processor, and none of them gives back what lies between what
it still holds: half of the memory of a worker of fifty phones. Python runs one thread at a time, so few are enough."""


def use_few_heaps() -> None:
    """Let all threads of this process share two heaps, where its C library has several (glibc)."""
    import ctypes  # noqa: PLC0415 - only processes that run for long need it

    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_ARENA_MAX, _ARENAS)


@contextmanager
def loading() -> Generator[None]:
    """Let the block import: nothing is collected in it, and later collections pass over what it has made.

    It saves about a tenth of the processor's time of a start. For entry points of processes that run for long.
    """
    use_few_heaps()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_YOUNG)
        gc.enable()
