"""The wait between two tasks of one request on one phone; the API draws its length."""

from __future__ import annotations

from datetime import timedelta

from tasks.context import current
from tasks.retries import device_task


@device_task(run_name="pause {seconds:.1f} s")
def pause_between(seconds: float) -> None:
    """Wait; a stop (cancellation or shutdown) interrupts it."""
    context = current()
    context.clock.sleep(timedelta(seconds=seconds), context.stop)
