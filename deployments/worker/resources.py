"""What a worker process owns and lends to its runs: ledger, adb, phones, clock, randomness, settings."""

from __future__ import annotations

import random
from dataclasses import dataclass

from phonefleet.clock import Clock
from phonefleet.device.sessions import Sessions
from phonefleet.device.transport import FastAdbClient
from phonefleet.ledger.ledger import Ledger
from phonefleet.settings import Settings


@dataclass(frozen=True, slots=True)
class Resources:
    """Owned by the worker process, shared by its lanes; `host` names the computer that the phones are on."""

    settings: Settings
    ledger: Ledger
    adb: FastAdbClient
    sessions: Sessions
    clock: Clock
    host: str

    def randomness(self, task_id: int) -> random.Random:
        """Return a generator for one task: repeatable when a seed is configured."""
        seed = self.settings.seed
        return random.Random(None if seed is None else f"{seed}/{task_id}")  # noqa: S311 - waits, no secrets
