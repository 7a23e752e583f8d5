"""Keeps the parts of a launcher running: starts them, waits for them, restarts them, stops them in reverse order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from deployments.supervision.records import Records
from deployments.supervision.service import Service, ServiceFailed
from phonefleet.clock import StopSignal
from phonefleet.errors import PhonefleetError

TURN = timedelta(milliseconds=100)
"""How often the parts are looked at."""
FIRST_BACKOFF = timedelta(milliseconds=200)
LONGEST_BACKOFF = timedelta(seconds=30)
STEADY = timedelta(seconds=60)
"""After having run this long a part's earlier deaths are forgotten."""


@dataclass
class _Watched:
    """A part under watch; `due` is when it is to be started again, by the monotonic clock."""

    service: Service
    grace: timedelta
    deaths: int = 0
    started: float = 0.0
    due: float | None = None
    ready: bool = False
    pid: int = 0


class Supervisor:
    """The parts in the order of their start; `say` tells people what happens to them."""

    def __init__(self, records: Records, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._records = records
        self._stop = stop
        self._say = say
        self._parts: list[_Watched] = []

    def start(self, service: Service, grace: timedelta = timedelta(seconds=10)) -> None:
        """Start a part without waiting for it; `grace` is how long it may take to stop.

        Raises:
            Interrupted: the stop signal is set.

        """
        self._stop.check()
        part = _Watched(service, grace)
        self._parts.append(part)
        self._launch(part)

    def await_ready(self, *names: str) -> None:
        """Wait until these parts are ready.

        Raises:
            ServiceFailed: one ended or took too long; the message holds its last words.
            Interrupted: the stop signal was set meanwhile.

        """
        for part in [part for part in self._parts if part.service.name in names]:
            while not part.ready:
                self._look_at_start(part)

    def watch(self) -> bool:
        """Look at each part once and start those again that died; True when a process is another one now."""
        before = self.pids
        for part in self._parts:
            self._look_at(part)
        return self.pids != before

    @property
    def pids(self) -> dict[str, int]:
        """The process number of each part."""
        return {part.service.name: part.pid for part in self._parts}

    def stop_all(self, hurry: StopSignal) -> None:
        """Stop the parts, the last one first; `hurry` ends the patience with all of them."""
        while self._parts:
            part = self._parts[-1]
            self._end(part, hurry)
            self._records.remove(part.service.name)
            self._parts.pop()

    def _launch(self, part: _Watched) -> None:
        part.due = None
        part.ready = False
        part.started = time.monotonic()
        part.pid = part.service.start()
        self._records.write(part.service.name, part.pid, part.service.order)

    def _look_at_start(self, part: _Watched) -> None:
        alive = part.service.alive()
        part.ready = alive and part.service.ready()
        if part.ready:
            return
        waited = time.monotonic() - part.started
        if not alive or waited > part.service.patience.total_seconds():
            why = "ended" if not alive else f"was not ready after {waited:.0f} s"
            message = f"{part.service.name} {why}: {part.service.last_words()}"
            raise ServiceFailed(message)
        self._stop.wait(TURN)
        self._stop.check()

    def _look_at(self, part: _Watched) -> None:
        now = time.monotonic()
        if part.due is not None:
            if now >= part.due:
                self._relaunch(part)
        elif not part.service.alive():
            self._plan_restart(part, now)
        elif not part.ready and part.service.ready():
            part.ready = True
            self._say(f"{part.service.name} is back")

    def _relaunch(self, part: _Watched) -> None:
        try:
            self._launch(part)
        except (PhonefleetError, OSError) as error:
            self._say(f"{part.service.name} did not start: {error}")
            self._plan_restart(part, time.monotonic())

    def _plan_restart(self, part: _Watched, now: float) -> None:
        part.deaths = 1 if now - part.started > STEADY.total_seconds() else part.deaths + 1
        backoff = min(FIRST_BACKOFF * 2 ** min(part.deaths - 1, 10), LONGEST_BACKOFF)
        part.due = now + backoff.total_seconds()
        first_line = part.service.last_words().splitlines()[0]
        self._say(f"{part.service.name} died ({first_line}): starting it again in {backoff.total_seconds():.1f} s")

    def _end(self, part: _Watched, hurry: StopSignal) -> None:
        """Ask, wait, and at last kill, which also ends what a dead part may have left in its group."""
        if part.service.alive():
            part.service.ask_to_stop()
        deadline = time.monotonic() + part.grace.total_seconds()
        while part.service.alive() and time.monotonic() < deadline and not hurry.reason:
            hurry.wait(TURN / 2)
        part.service.kill()
