"""Makes Prefect refuse to read stored results, which may be pickles: unpickling data from Prefect could run any code.

A state in Prefect may say that its result is in some storage (`ResultRecordMetadata` of prefect/results.py, 3.8.8).
Our flows pass results on in memory only.
"""

from __future__ import annotations

from typing import Any, Never

from prefect.results import ResultStore

from phonefleet.errors import Permanent


class StoredResultRefused(Permanent):
    """The worker reads no results that Prefect says are stored: keep what a flow returns in its own process."""


def refuse_stored_results() -> None:
    """Make every read of a stored result in this process raise `StoredResultRefused`."""
    store: Any = ResultStore  # flows, tasks and states read results through this class only
    store.read, store.aread = _refuse, _refuse_later


def _refuse(*_: object, **__: object) -> Never:
    raise StoredResultRefused


async def _refuse_later(*_: object, **__: object) -> Never:
    raise StoredResultRefused
