"""Lets Prefect's server load while `up` makes its database, and begin when that is there."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

PATIENCE = timedelta(seconds=90)
"""How long a database that starts at the same time is waited for; making its data takes seconds."""
POLL = timedelta(milliseconds=50)
_CONNECT = 3
"""The timeout of one attempt, in seconds."""


def await_database(url: str, patience: timedelta = PATIENCE) -> None:
    """Return when the database accepts connections; SIGTERM ends the process meanwhile, since nothing is open yet.

    Raises:
        psycopg.OperationalError: it did not in time; the message says why.

    """
    deadline = time.monotonic() + patience.total_seconds()
    with _ended_by_sigterm():
        while True:
            try:
                psycopg.connect(url.replace("+asyncpg", "", 1), connect_timeout=_CONNECT).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL.total_seconds())
            else:
                return


@contextmanager
def _ended_by_sigterm() -> Generator[None]:
    """Let SIGTERM end the process, which the server otherwise only notes until it has started."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
