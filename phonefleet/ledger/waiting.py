"""A view of a part of the ledger whose calls wait for the database instead of failing.

Each call of the ledger is one transaction, and each that a run makes may be repeated: it sets what it is given, or
finds what the first has made. So a call whose commit was never confirmed is made again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from phonefleet.patience import Patience

T = TypeVar("T")


def waiting(part: T, patience: Patience) -> T:
    """Return a part of the ledger, such as `ledger.actions`, each call of which is repeated until it is answered."""
    return cast("T", _Waiting(part, patience))


class _Waiting:
    """Stands in for a part of the ledger."""

    def __init__(self, part: object, patience: Patience) -> None:
        self._part = part
        self._patience = patience

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return _repeated(found, self._patience) if callable(found) else found


def _repeated(call: Callable[..., Any], patience: Patience) -> Callable[..., Any]:
    @wraps(call)
    def repeated(*args: object, **kwargs: object) -> Any:
        return patience.outlast(lambda: call(*args, **kwargs))

    return repeated
