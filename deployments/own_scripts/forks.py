"""Ends copies of this process that an own script makes with `os.fork` where it only should define things.

A copy would go on with what this process does: answer a question a second time, or run a flow a second time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager

from phonefleet.words import say


class _Forks(threading.local):
    """Of each thread: whether it may fork now, and how often it has forked."""

    forbidden = False
    number = 0


_forks = _Forks()


class ForkedWhileImported(Exception):  # noqa: N818 - it is told by its name
    """A file made a copy of the process while it was imported."""


@contextmanager
def no_forks() -> Generator[None]:
    """End each copy that the code of the block makes of this process at once. Programs may be started.

    Raises:
        ForkedWhileImported: there was one, and the block raised nothing else.

    """
    forbidden, number = _forks.forbidden, _forks.number
    _forks.forbidden = True
    try:
        yield
    finally:
        _forks.forbidden = forbidden
    if _forks.number > number:
        message = say(
            "own_scripts.os_fork_multiprocessings_fork_not",
            "os.fork and multiprocessing's fork are not possible here: let the import define things only",
        )
        raise ForkedWhileImported(message)


def _in_child() -> None:
    if _forks.forbidden:
        os._exit(1)


def _in_parent() -> None:
    _forks.number += 1


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_in_child, after_in_parent=_in_parent)
