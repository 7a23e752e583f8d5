"""One run of the demonstration: sends the batch, follows its progress, reads the world."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from deployments.demo.batch import requests
from deployments.demo.verdict import Json
from deployments.launcher import Launcher
from deployments.launcher.phones import signed_in
from phonefleet.client import ApiUnreachable, Client
from phonefleet.client.answers import Device, Task
from phonefleet.client.tasks import has_ended
from phonefleet.clock import StopSignal
from phonefleet.errors import Transient

LOOK = timedelta(milliseconds=300)
STALLED = timedelta(seconds=180)
"""Without any task ending for this long, the demonstration gives up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the batch; `seconds` from the first request to the end of the last task.

    `actors` are the accounts that were active on the phones, by serial.
    """

    tasks: Sequence[Task]
    devices: Sequence[Device]
    actors: Mapping[str, str]
    world: Json
    seconds: float


class Demo:
    """Works on what a launcher runs, and keeps it running meanwhile."""

    def __init__(self, launcher: Launcher, client: Client, stop: StopSignal, seed: int | None) -> None:
        self._launcher = launcher
        self._client = client
        self._stop = stop
        self._seed = seed

    def run(self, show: Callable[[Sequence[Task]], None]) -> Outcome:
        """Send the batch and wait until all of it has ended or nothing moves any more; `show` sees the tasks often.

        Raises:
            Interrupted: the stop signal was set.

        """
        began = time.monotonic()
        batch = requests(self._launcher.serials, self._seed)
        ids = [task_id for request in batch for task_id in self._client.create_tasks(**request)["task_ids"]]
        tasks = self._follow(ids, show)
        seconds = time.monotonic() - began
        devices = list(self._client.iter_devices())
        actors = {serial: accounts[0] for serial, _, accounts in signed_in(self._launcher.programs.world_url)}
        return Outcome(tasks, devices, actors, self._world(), seconds)

    def _follow(self, ids: Sequence[int], show: Callable[[Sequence[Task]], None]) -> Sequence[Task]:
        ended, moved = -1, time.monotonic()
        tasks: Sequence[Task] = []
        while ended < len(ids) and time.monotonic() - moved < STALLED.total_seconds():
            self._launcher.watch()
            tasks = self._look(ids) or tasks
            show(tasks)
            count = sum(map(has_ended, tasks))
            if count != ended:
                ended, moved = count, time.monotonic()
            self._stop.wait(LOOK)
            self._stop.check()
        return tasks

    def _look(self, ids: Sequence[int]) -> Sequence[Task]:
        """Return the tasks; nothing while the API is being started again."""
        try:
            return self._client.some_tasks(ids)
        except ApiUnreachable:
            return []

    def _world(self) -> Json:
        try:
            answer = httpx.get(f"{self._launcher.programs.world_url}/world", timeout=30, trust_env=False)
            return answer.raise_for_status().json()
        except httpx.HTTPError as error:
            message = f"The virtual phones' world does not answer: {error}"
            raise Transient(message) from error
