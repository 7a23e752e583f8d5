"""Ends the process of a joined host's worker in time, however silent those are whom it still wants to tell something.

Prefect's client hands over its last logs and events when the interpreter ends, and waits for that without a limit
(`QueueService._at_exit` of 3.8.8): with a silent server that is its request timeout, 60 s, for each of them. What it
did not get rid of then is in the ledger, or done again: evidence waits in its folder, and runs are put back into their
queues by the worker that comes next.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

_log = logging.getLogger(__name__)

ENDS_WITHIN = timedelta(seconds=15)
"""How long the worker of a joined host may take to end."""


def end_within(limit: timedelta, code: Callable[[], int]) -> threading.Timer:
    """End this process after a time at most, from now on; `code` tells with which exit code."""

    def end() -> None:
        _log.warning("The worker ends now: somebody whom it wanted to tell something does not answer")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code())

    timer = threading.Timer(limit.total_seconds(), end)
    timer.daemon = True  # what ends by itself does not wait for it
    timer.start()
    return timer
