"""A run's context on a real ledger, and apps of which nothing is left to chance."""

from __future__ import annotations

from tests.tasks.conftest import context, ledger, version, world

__all__ = ["context", "ledger", "version", "world"]
