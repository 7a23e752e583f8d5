"""How a Prefect state shows in the API: one function, by state type first, then by name."""

from __future__ import annotations

from enum import IntEnum

WAITING = "Waiting"
"""The name of the Scheduled state of a run that has met a limit and waits for its end."""


class Status(IntEnum):
    """The `status` of a task, as the local task API numbers it."""

    PENDING = 0
    RUNNING = 1
    COMPLETED = 2
    FAILED = 3

    @property
    def text(self) -> str:
        """The `status_text` of a task."""
        return self.name.lower()


_BY_TYPE = {
    "SCHEDULED": Status.PENDING,
    "PENDING": Status.PENDING,
    "RUNNING": Status.RUNNING,
    "CANCELLING": Status.RUNNING,
    "PAUSED": Status.RUNNING,
    "COMPLETED": Status.COMPLETED,
    "FAILED": Status.FAILED,
    "CRASHED": Status.FAILED,
    "CANCELLED": Status.FAILED,
}
_BY_NAME = {("PAUSED", "Suspended"): Status.PENDING}


def status_of(state_type: str | None, state_name: str | None = None) -> Status:
    """Return the status of a Prefect state; no state at all means that the task is not submitted yet.

    Raises:
        KeyError: the type is none of Prefect's (its names are open-ended, its types are not).

    """
    if state_type is None:
        return Status.PENDING
    return _BY_NAME.get((state_type, state_name or ""), _BY_TYPE[state_type])
