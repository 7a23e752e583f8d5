"""The wait between two tasks of one request on one phone; the API draws its length."""

from __future__ import annotations

from datetime import timedelta

from tasks.context import RunContext, current
from tasks.retries import device_task


def pause_before(seconds: float) -> None:
    """Wait before the work of a run starts, as far as the phone has not rested already."""
    if left := left_of(seconds, current()):
        pause_between(left)


def left_of(seconds: float, context: RunContext) -> float:
    """Return how much of the wait that a request has drawn is left; it counts from the end of the phone's last run.

    What the fleet itself needs between two runs is a part of the wait, so a busy fleet is no slower than the request
    wants it. A wait that a person has written into Prefect's form is kept as it is.
    """
    rested = context.rested.total_seconds() if context.request_id is not None else 0
    return max(seconds - rested, 0)


@device_task(run_name="pause {seconds:.1f} s")
def pause_between(seconds: float) -> None:
    """Wait; a stop (cancellation or shutdown) interrupts it."""
    context = current()
    context.clock.sleep(timedelta(seconds=seconds), context.stop)
