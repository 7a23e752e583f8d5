"""Supervises services: starts them, waits until they are ready, restarts them with backoff, stops them in reverse."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from deployments.supervision.records import Records
from deployments.supervision.service import Service, ServiceFailed
from phonefleet.clock import StopSignal
from phonefleet.errors import PhonefleetError
from phonefleet.words import say

POLL = timedelta(milliseconds=100)
"""How often the services are checked."""
FIRST_BACKOFF = timedelta(milliseconds=200)
LONGEST_BACKOFF = timedelta(seconds=30)
RESET_AFTER = timedelta(seconds=60)
"""A service that has run this long before it dies is restarted with the first backoff again."""


@dataclass
class _Supervised:
    """A supervised service; `started` and `due` (its restart) are monotonic seconds."""

    service: Service
    grace: timedelta
    stops_last: bool = False
    deaths: int = 0
    started: float = 0.0
    due: float | None = None
    ready: bool = False
    pid: int = 0


class Supervisor:
    """The services in the order of their start; `say` gets messages for people.

        supervisor = Supervisor(Records(folder), stop, say=print)
        supervisor.start(Child(program))
        supervisor.await_ready(program.name)
        while not stop.reason:
            supervisor.watch()
            stop.wait(POLL)
        supervisor.stop_all(hurry)

    Not thread-safe.
    """

    def __init__(self, records: Records, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._records = records
        self._stop = stop
        self._say = say
        self._parts: list[_Supervised] = []

    def start(
        self,
        service: Service,
        grace: timedelta = timedelta(seconds=10),
        *,
        stops_last: bool = False,
        before: str | None = None,
    ) -> None:
        """Start a service without waiting for it; `grace` is how long it may later take to stop.

        With `stops_last`, those that were started before it use it, too. With `before`, it counts as started before the
        service of that name.

        Raises:
            Interrupted: the stop signal is set.

        """
        self._stop.check()
        part = _Supervised(service, grace, stops_last)
        self._parts.insert(0 if stops_last else self._place(before), part)
        self._launch(part)

    def await_ready(self, *names: str) -> None:
        """Wait until these services are ready.

        Raises:
            ServiceFailed: one ended or took too long; the message has the end of its log.
            Interrupted: the stop signal was set meanwhile.

        """
        for part in [part for part in self._parts if part.service.name in names]:
            while not part.ready:
                self._check_start(part)

    def watch(self) -> bool:
        """Check each service once and restart those that died; True when the process id of one has changed."""
        before = self.pids
        for part in self._parts:
            self._check(part)
        return self.pids != before

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each service, by name."""
        return {part.service.name: part.pid for part in self._parts}

    def stop_all(self, hurry: StopSignal) -> None:
        """Stop the services, the last one first; when `hurry` is set, those that still run are killed."""
        while self._parts:
            part = self._parts[-1]
            self._end(part, hurry)
            self._records.remove(part.service.name)
            self._parts.pop()

    def _place(self, before: str | None) -> int:
        """Return where a new service stands in the order."""
        names = [part.service.name for part in self._parts]
        return names.index(before) if before in names else len(names)

    def _launch(self, part: _Supervised) -> None:
        part.due = None
        part.ready = False
        part.started = time.monotonic()
        part.pid = part.service.start()
        self._records.write(part.service.name, part.pid, part.service.order, last=part.stops_last)

    def _check_start(self, part: _Supervised) -> None:
        alive = part.service.alive()
        part.ready = alive and part.service.ready()
        if part.ready:
            return
        waited = time.monotonic() - part.started
        if not alive or waited > part.service.patience.total_seconds():
            why = (
                "ended"
                if not alive
                else say("supervision.not_ready_after_s", "was not ready after {waited} s", waited=f"{waited:.0f}")
            )
            message = f"{part.service.name} {why}: {part.service.log_excerpt()}"
            raise ServiceFailed(message)
        self._stop.wait(POLL)
        self._stop.check()

    def _check(self, part: _Supervised) -> None:
        now = time.monotonic()
        if part.due is not None:
            if now >= part.due:
                self._relaunch(part)
        elif not part.service.alive():
            self._schedule_restart(part, now)
        elif not part.ready and part.service.ready():
            part.ready = True
            self._say(say("supervision.back", "{service} is back", service=part.service.name))

    def _relaunch(self, part: _Supervised) -> None:
        try:
            self._launch(part)
        except (PhonefleetError, OSError) as error:
            self._say(
                say(
                    "supervision.did_not_start",
                    "{service} did not start: {error}",
                    service=part.service.name,
                    error=error,
                )
            )
            self._schedule_restart(part, time.monotonic())

    def _schedule_restart(self, part: _Supervised, now: float) -> None:
        part.deaths = 1 if now - part.started > RESET_AFTER.total_seconds() else part.deaths + 1
        backoff = min(FIRST_BACKOFF * 2 ** min(part.deaths - 1, 10), LONGEST_BACKOFF)
        part.due = now + backoff.total_seconds()
        first_line = part.service.log_excerpt().splitlines()[0]
        self._say(
            say(
                "supervision.died_starting_again_s",
                "{service} died ({first_line}): starting it again in {backoff} s",
                service=part.service.name,
                first_line=first_line,
                backoff=f"{backoff.total_seconds():.1f}",
            )
        )

    def _end(self, part: _Supervised, hurry: StopSignal) -> None:
        """Ask it to stop, wait, then kill it; the kill also ends processes left in the group of a dead service."""
        if part.service.alive():
            part.service.ask_to_stop()
        deadline = time.monotonic() + part.grace.total_seconds()
        while part.service.alive() and time.monotonic() < deadline and not hurry.reason:
            hurry.wait(POLL / 2)
        part.service.kill()
