"""Copies of Prefect's server process, which have loaded everything already and end with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread


def copy(name: str, job: Callable[[], None]) -> BaseProcess:
    """Let a copy of this process do a job and end; it ends at once with this one."""
    process = get_context("fork").Process(target=_in_copy, args=[job], name=name, daemon=True)
    process.start()
    return process


def copies_that_stay(number: int, job: Callable[[], None]) -> None:
    """Let copies of this process do a job for as long as it runs; it ends when one of them does, to be started anew."""
    for index in range(number):
        Thread(target=_end_with, args=[copy(f"server-{index + 2}", job)], daemon=True).start()


def _end_with(process: BaseProcess) -> None:
    process.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _in_copy(job: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    job()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
