"""Wraps a part of the ledger so that its calls wait while the database is away, instead of failing.

Each call is one transaction, and every call that a run makes is idempotent: it may be repeated when its commit was
never confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from phonefleet.patience import Patience

T = TypeVar("T")


def waiting(part: T, patience: Patience) -> T:
    """Return a view of a part, such as `ledger.actions`, whose calls are repeated until the database answers."""
    return cast("T", _Waiting(part, patience))


class _Waiting:
    """A proxy of a part of the ledger."""

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
