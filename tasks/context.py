"""The context of a running script: its phone, ledger, clock, random generator, settings, stop signal and report.

The lane sets one `RunContext` before the flow starts; tasks read it with `current()`:

    context = current()
    context.report.note("this phone has no gallery")

The phone is never passed between tasks as an argument, because it belongs to the lane.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from phonefleet.apks.library import ApkLibrary
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import PhonefleetError
from phonefleet.ledger.values import Progress, StateChange
from phonefleet.media import MediaFolders
from phonefleet.patience import Patience
from phonefleet.runs.hold import Hold
from phonefleet.settings import Settings

if TYPE_CHECKING:
    from phonefleet.apps.driver import AppDriver
    from phonefleet.ledger.ledger import Ledger


@dataclass(slots=True)
class ShownProgress:
    """The progress artifact of a run in Prefect, and the percentage that it shows; `told` once any was reported.

    `recorded` is what the ledger has, None where that is not known.
    """

    artifact: UUID | None = None
    percent: int = 0
    told: bool = False
    recorded: Progress | None = None


@dataclass(slots=True)
class Report:
    """The results of a run, collected while it goes on: outcomes, artifacts, notes, the error and its remark."""

    outcomes: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    artifacts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    remark: str | None = None
    error: PhonefleetError | None = None
    retries: int = 0
    notes: list[str] = field(default_factory=list[str])
    shown: ShownProgress = field(default_factory=ShownProgress)
    counts: dict[str, int] = field(default_factory=dict[str, int])
    """Numbers of actions by name, for scripts without a list of targets."""
    failure: dict[str, str] = field(default_factory=dict[str, str])
    """What kind of failure ended the run, and in which version of the app; empty unless it failed."""

    def note(self, sentence: str) -> None:
        """Add a sentence for people that is no failure; the same sentence is added only once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def result(self) -> dict[str, Any]:
        """Return the `result` of the task, as the API shows it."""
        notes = {"notes": self.notes} if self.notes else {}
        counts = {"counts": self.counts} if self.counts else {}
        failure = {"failure": self.failure} if self.failure else {}
        return {"outcomes": self.outcomes, "artifacts": self.artifacts, **counts, **notes, **failure}


@dataclass(slots=True)
class RunContext:
    """Everything that one run of a script works with. It belongs to one lane and one run; not thread-safe."""

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
    """The task's index among those of its request, which selects texts and files in sequential order."""

    request_id: UUID | None = None
    """The id of the request that made the task; None for a run that a person started in Prefect."""

    alias: str | None = None
    """What people call the phone; None where it has no alias."""

    flow_run_id: UUID | None = None
    made_at_retry: int | None = None
    """Which flow run this is, and how many retries the task had when it was made; see `StateChange`."""

    requeue: bool = False
    """Whether a stop puts the run back into its queue (shutdown) instead of cancelling it."""
    rested: timedelta = timedelta(0)
    """For how long the phone had done nothing when this run began, as far as this worker knows."""

    driver: AppDriver | None = None
    account: str | None = None
    """The username of the account that acts; None in an errand for which none was named."""
    confirm: Callable[[], None] = lambda: None
    """Verifies that the connected phone is the run's own; called right before irreversible actions."""
    media_elsewhere: MediaFolders | None = None
    apks_elsewhere: ApkLibrary | None = None
    """The media and APKs of the main host, where this worker is on another one."""
    host: str | None = None
    """The host whose lane runs it, which the ledger asks for; None where nobody asks."""
    patience: Patience = field(init=False)
    """How the run waits for services that are away."""
    hold: Hold = field(init=False)
    """Whether the phone is still this host's."""

    def __post_init__(self) -> None:
        self.patience = Patience(self.clock, self.stop)
        self.hold = Hold(self.clock, self.patience)

    @property
    def media(self) -> MediaFolders:
        """The folders whose files requests may name."""
        return self.media_elsewhere or MediaFolders.of(self.settings)

    @property
    def apks(self) -> ApkLibrary:
        """The library of APKs."""
        return self.apks_elsewhere or ApkLibrary.of(self.settings)

    def report_running(self, remark: str | None = None) -> None:
        """Record that the run is at work, with a remark for people while it waits."""
        asked = self.hold.now()
        change = StateChange(
            "RUNNING", "Running", self.clock.now(), remark=remark, flow_run_id=self.flow_run_id,
            made_at_retry=self.made_at_retry, host=self.host,
        )  # fmt: skip
        self.ledger.tasks.project(self.task_id, change)
        if self.host is not None:
            self.hold.renewed(asked)


_current: ContextVar[RunContext] = ContextVar("phonefleet-run")


def current() -> RunContext:
    """Return the context of the current run.

    Raises:
        LookupError: no lane is running a script here.

    """
    return _current.get()


@contextmanager
def running(context: RunContext) -> Generator[RunContext]:
    """Make the context the current one within the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
