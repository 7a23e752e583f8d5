"""What tests ask of processes that are not their children, and that may end at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import psutil


def gone(process: psutil.Process) -> bool:
    """Tell whether a process has ended, also one that ends just now."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def with_descendants(pids: Iterable[int]) -> list[psutil.Process]:
    """Return processes with all that they have started, however deep, apart from those that have ended meanwhile."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            found |= {each.pid: each for each in (process, *process.children(recursive=True))}
    return list(found.values())
