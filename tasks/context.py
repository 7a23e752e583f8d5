"""What a running script may use: its phone, its ledger, its clock, and the way to stop it.

The lane that runs a script puts one `RunContext` in place before the flow starts; tasks read it with `current()`.
A live phone is never passed between tasks: it belongs to the lane.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import PhonefleetError
from phonefleet.patience import Patience
from phonefleet.settings import Settings

if TYPE_CHECKING:
    from phonefleet.apps.driver import AppDriver
    from phonefleet.ledger.ledger import Ledger


@dataclass(slots=True)
class ShownProgress:
    """What Prefect shows of a run's progress: which artifact, and how many percent."""

    artifact: UUID | None = None
    percent: int = 0


@dataclass(slots=True)
class Report:
    """What a run has to say in the end, gathered while it goes on."""

    outcomes: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    artifacts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    remark: str | None = None
    error: PhonefleetError | None = None
    retries: int = 0
    notes: list[str] = field(default_factory=list[str])
    shown: ShownProgress = field(default_factory=ShownProgress)
    counts: dict[str, int] = field(default_factory=dict[str, int])
    """How often something was done, for scripts whose targets nobody has listed."""

    def note(self, sentence: str) -> None:
        """Say something about the run, once, that is no failure."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def result(self) -> dict[str, Any]:
        """Return the `result` of the task, as the API shows it."""
        notes = {"notes": self.notes} if self.notes else {}
        counts = {"counts": self.counts} if self.counts else {}
        return {"outcomes": self.outcomes, "artifacts": self.artifacts, **counts, **notes}


@dataclass(slots=True)
class RunContext:
    """Everything one run of a script works with; owned by one lane, for one run."""

    task_id: int
    serial: str
    app: str
    phone: Phone
    ledger: Ledger
    clock: Clock
    stop: StopSignal
    rng: random.Random
    settings: Settings
    evidence_folder: Path
    report: Report = field(default_factory=Report)
    earlier_retries: int = 0
    ordinal: int = 0
    """The task's place among those of its request: its turn, where things come one after the other."""

    request_id: UUID | None = None
    """What the tasks of one request have in common."""

    requeue: bool = False
    """Whether a stop sends the run back to its queue (shutdown) rather than ending it (cancelled)."""
    driver: AppDriver | None = None
    account: str | None = None
    """Who acts: known as soon as a script begins its work; an errand that names nobody acts as nobody."""
    confirm: Callable[[], None] = lambda: None
    """Sees that the phone which is reached is the run's own, right before what cannot be taken back."""
    patience: Patience = field(init=False)
    """With which the run waits for services that are away."""

    def __post_init__(self) -> None:
        self.patience = Patience(self.clock, self.stop)


_current: ContextVar[RunContext] = ContextVar("phonefleet-run")


def current() -> RunContext:
    """Return the context of the run that this code belongs to.

    Raises:
        LookupError: no lane is running a script here.

    """
    return _current.get()


@contextmanager
def running(context: RunContext) -> Generator[RunContext]:
    """Make the context current for everything that is called inside."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
