"""The resources that a worker process opens and its runs share: settings, ledger, adb, sessions, clock."""

from __future__ import annotations

import random
from dataclasses import dataclass

from deployments.worker.reaching import Reaching
from deployments.worker.standing import Standing
from phonefleet.clock import Clock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions
from phonefleet.ledger.ledger import Ledger
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.settings import Settings


@dataclass(frozen=True, slots=True)
class Resources:
    """Opened by the worker process, shared by its lanes. `host` is the name of the computer that has the phones."""

    settings: Settings
    ledger: Ledger
    adb: FastAdbClient
    sessions: Sessions
    clock: Clock
    host: str
    own_scripts: Catalogue | None = None
    """The scripts of the data folder, for Prefect; None leaves them to people."""
    standing: Standing | None = None
    """What the main host thinks of this one; None on the main host itself."""
    reaching: Reaching | None = None
    """What runs get from the main host, and how that reaches this one; None on the main host itself."""

    def randomness(self, task_id: int) -> random.Random:
        """Return a random generator for one task, seeded by `settings.seed` and the task's id if a seed is set."""
        seed = self.settings.seed
        return random.Random(None if seed is None else f"{seed}/{task_id}")  # noqa: S311 - waits, no secrets
