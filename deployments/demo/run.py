"""One run of the demonstration: sends the batch, waits for its tasks, reads the world's state."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from deployments.demo.batch import requests
from deployments.demo.verdict import Json
from deployments.launcher import Launcher
from deployments.launcher.phones import phones_of
from phonefleet.client import ApiUnreachable, Client
from phonefleet.client.answers import Device, Task
from phonefleet.client.tasks import has_ended
from phonefleet.clock import StopSignal
from phonefleet.errors import Transient
from phonefleet.words import tr

POLL = timedelta(milliseconds=300)
STALL_TIMEOUT = timedelta(seconds=180)
"""The demonstration gives up when no task has ended for this long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of the batch. `seconds` is from the first request to the end of the last task.

    `actors` has the account that was active on each phone, by serial; `world` is the answer of the world's GET /world.
    """

    tasks: Sequence[Task]
    devices: Sequence[Device]
    actors: Mapping[str, str]
    world: Json
    seconds: float


class Demo:
    """Runs the batch against the services of a launcher, which it also watches meanwhile."""

    def __init__(self, launcher: Launcher, client: Client, stop: StopSignal, seed: int | None) -> None:
        self._launcher = launcher
        self._client = client
        self._stop = stop
        self._seed = seed

    def run(self, show: Callable[[Sequence[Task]], None]) -> Outcome:
        """Send the batch and wait until all tasks have ended or none has for a while; `show` is called at each poll.

        Raises:
            Interrupted: the stop signal was set.

        """
        began = time.monotonic()
        batch = requests(self._launcher.serials, self._seed)
        ids = [task_id for request in batch for task_id in self._client.create_tasks(**request)["task_ids"]]
        tasks = self._follow(ids, show)
        seconds = time.monotonic() - began
        devices = list(self._client.iter_devices())
        actors = {phone.serial: phone.accounts[0] for phone in phones_of(self._launcher.programs.world_url)}
        return Outcome(tasks, devices, actors, self._world(), seconds)

    def _follow(self, ids: Sequence[int], show: Callable[[Sequence[Task]], None]) -> Sequence[Task]:
        ended, moved = -1, time.monotonic()
        tasks: Sequence[Task] = []
        while ended < len(ids) and time.monotonic() - moved < STALL_TIMEOUT.total_seconds():
            self._launcher.watch()
            tasks = self._read_tasks(ids) or tasks
            show(tasks)
            count = sum(map(has_ended, tasks))
            if count != ended:
                ended, moved = count, time.monotonic()
            self._stop.wait(POLL)
            self._stop.check()
        return tasks

    def _read_tasks(self, ids: Sequence[int]) -> Sequence[Task]:
        """Return the tasks; none while the API is being restarted."""
        try:
            return self._client.some_tasks(ids)
        except ApiUnreachable:
            return []

    def _world(self) -> Json:
        try:
            answer = httpx.get(f"{self._launcher.programs.world_url}/world", timeout=30, trust_env=False)
            return answer.raise_for_status().json()
        except httpx.HTTPError as error:
            message = tr("The virtual phones' world does not answer: {error}", error=error)
            raise Transient(message) from error
