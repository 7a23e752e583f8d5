"""Loads modules without collecting garbage: imports make thousands of objects that all stay."""

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


@contextmanager
def loading() -> Generator[None]:
    """Let the block import: nothing is collected in it, and later collections pass over what it has made.

    It saves about a tenth of the processor's time of a start. For entry points of processes that run for long.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_YOUNG)
        gc.enable()
