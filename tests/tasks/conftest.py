"""A run's context on a real ledger, without a phone: for what is decided before and after a phone is touched."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from phonefleet.clock import StopSignal
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import NewTask
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tasks.context import RunContext, running
from virtual_phones.faults import Faults
from virtual_phones.sample import VERSIONS
from virtual_phones.world import World

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Steps:
    """A clock on which each wait passes at once."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - NOW).total_seconds()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        if stop:
            stop.check()
        self.time += duration


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url) as ledger:
        yield ledger


@pytest.fixture
def context(ledger: Ledger, tmp_path: Path) -> Iterator[RunContext]:
    new = NewTask(
        "follow",
        UnknownConfig.model_validate({"target_users": ["anna"]}),
        "serial",
        "sample",
        created_at=NOW,
        scheduled_for=NOW,
    )
    [task_id] = ledger.tasks.create([new])
    phoneless = cast("Any", None)  # these tests touch no phone
    context = RunContext(
        task_id=task_id, serial="serial", app="sample", phone=phoneless, ledger=ledger, clock=Steps(),
        stop=StopSignal(), rng=random.Random(1),
        settings=Settings(home=tmp_path, media_folders=[tmp_path], timezone="UTC"),
        evidence_folder=tmp_path, account="shop",
    )  # fmt: skip
    with running(context):
        yield context


@pytest.fixture
def world() -> World:
    """A world with one phone."""
    return World(seed=1, phones=1)


@pytest.fixture
def faults() -> Faults:
    """Faults that a test may order."""
    return Faults()


@pytest.fixture(params=sorted(VERSIONS))
def version(request: pytest.FixtureRequest) -> str:
    """Each version of the sample app."""
    return request.param
