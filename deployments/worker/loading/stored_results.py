"""Results that Prefect says are stored are not read here: they may be pickles, and nothing from Prefect is unpickled.

A state in Prefect may say that its result lies in some storage (`ResultRecordMetadata` of prefect/results.py, 3.8.8).
Our flows hand results on in memory alone.
"""

from __future__ import annotations

from typing import Any, Never

from prefect.results import ResultStore

from phonefleet.errors import Permanent


class StoredResultRefused(Permanent):
    """The worker reads no results that Prefect says are stored: keep what a flow returns in its own process."""


def refuse_stored_results() -> None:
    """Let nothing in this process read a stored result from now on."""
    store: Any = ResultStore  # the one door through which flows, tasks and states read results
    store.read, store.aread = _refuse, _refuse_later


def _refuse(*_: object, **__: object) -> Never:
    raise StoredResultRefused


async def _refuse_later(*_: object, **__: object) -> Never:
    raise StoredResultRefused
