"""Runs the scripts' own flows on replay phones as a lane of the worker does, without a Prefect server between.

What Prefect does is left out: each of its tasks is called as the function that it is, in the last of its tries. All the
rest is the product: flow, tasks, ledger, quarantine, the phone's session over adb and uiautomator2.
"""

from __future__ import annotations

import importlib
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow, Task

from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.resources import Resources
from phonefleet.apps.loading import load_profile
from phonefleet.apps.verification import fingerprints
from phonefleet.clock import StopSignal
from phonefleet.errors import PhonefleetError
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import Account, Action, NewTask
from phonefleet.scripts import SCRIPTS
from phonefleet.settings import Settings
from tasks import lifecycle, pool, progress, retries, showing
from tasks.context import RunContext, running
from tests.screens.building import Box
from tests.screens.phones import Fleet, Touch
from tests.screens.still import Steps


@dataclass(frozen=True, slots=True)
class Run:
    """How a script ended, and what it has touched on its phone, in order."""

    error: PhonefleetError | None
    outcomes: Sequence[Mapping[str, str]]
    actions: Sequence[Action]
    account: Account | None
    touches: Sequence[Touch]
    people: Sequence[str]

    @property
    def completed(self) -> bool:
        """Whether it ended well."""
        return self.error is None

    @property
    def remark(self) -> str:
        """What the task says of its failure."""
        return "" if self.error is None else self.error.message

    def taps(self, screen: str | None = None) -> list[Touch]:
        """Return what was tapped, on one screen or on all."""
        return [each for each in self.touches if each.kind == "tap" and screen in (None, each.screen)]

    @property
    def is_held(self) -> bool:
        """Whether the account that has acted must not act any more."""
        return self.account is not None and self.account.held_since is not None

    def states(self) -> list[str]:
        """Return how the actions ended, in the ledger's words."""
        return [each.state for each in self.actions]


def inside(touch: Touch, box: Box) -> bool:
    """Tell whether a touch was inside of a rectangle."""
    left, top, right, bottom = box
    return touch.point is not None and left <= touch.point[0] < right and top <= touch.point[1] < bottom


@dataclass(frozen=True, slots=True)
class Lane:
    """Where scripts are run: a fleet of replay phones, a ledger, and the folder of own profiles."""

    fleet: Fleet
    ledger: Ledger
    home: Path

    def run(self, script: str, phone: str, app: str, account: str | None = None, **config: object) -> Run:
        """Run a script on the phone of a recording, to its end; the phone begins with its first screen.

        `account` is whom the task names; without one the account acts that is active on the phone.
        """
        serial = self.fleet.begin(phone)
        before = self.fleet.last_touch
        settings, clock = Settings(home=self.home, media_folders=[self.home], timezone="UTC", retries=1), Steps()
        parsed, now = SCRIPTS[script].parse(config), clock.now()
        self.ledger.devices.seen(serial, "device", "desk", at=now)
        [task_id] = self.ledger.tasks.create([NewTask(script, parsed, serial, app, now, now, username=account)])
        session = self.fleet.session(serial)
        context = RunContext(
            task_id=task_id, serial=serial, app=app, phone=session, ledger=self.ledger, clock=clock, stop=StopSignal(),
            rng=random.Random(1), settings=settings, evidence_folder=self.home / "evidence", confirm=session.confirm,
        )  # fmt: skip
        flow: Flow[..., Any] = getattr(importlib.import_module(SCRIPTS[script].flow_module), script)
        with running(context):
            flow.fn(serial, parsed, username=account, app=app)
        self._record(context, clock)
        return self._seen(context, app, before)

    def know(self, phone: str, app: str) -> None:
        """Record that all selectors were seen to work on a phone, as `phonefleet profile check --record` does."""
        recording = self.fleet.recording(phone)
        profile = load_profile(app, self.home / "profiles").for_version(recording.version, recording.language)
        known = fingerprints(profile, list(profile.selectors))
        serial = self.fleet.serial(phone)
        self.ledger.verifications.record(serial, app, recording.version, known, Steps().now())

    def _record(self, context: RunContext, clock: Steps) -> None:
        """Hold the account or let the phone rest, as the worker does after each run."""
        none: Any = None
        resources = Resources(context.settings, self.ledger, none, none, clock, "desk")
        task = self.ledger.tasks.get(context.task_id)
        assert task is not None
        Quarantine(resources).record_outcome(task, context.report.error, context.account)

    def _seen(self, context: RunContext, app: str, before: int) -> Run:
        task = self.ledger.tasks.get(context.task_id)
        people = self.ledger.scraping.users(task) if task else []
        return Run(
            context.report.error,
            context.report.outcomes,
            self.ledger.actions.of_task(context.task_id),
            self.ledger.accounts.get(context.account, app) if context.account else None,
            self.fleet.touches(context.serial, since=before),
            [each.username for each in people],
        )


def without_prefect(patch: pytest.MonkeyPatch) -> None:
    """Call tasks as the functions that they are, in the last of their tries, and show nothing in Prefect."""

    def call(task: Task[..., Any], *args: object, **named: object) -> object:
        return task.fn(*args, **named)

    def nothing(*_: object) -> None:
        return None

    patch.setattr(Task, "__call__", call)
    patch.setattr(retries, "_tries", lambda: retries.MOST_RETRIES + 1)
    for module in (lifecycle, pool, showing):
        patch.setattr(module, "get_run_logger", lambda: logging.getLogger("screens"))
    patch.setattr(showing, "_shown", nothing)
    patch.setattr(progress, "begin_progress", nothing)
    patch.setattr(progress, "show_progress", nothing)
