"""Keeps the programs of a computer running, as its operating system does, until the power fails.

What dies is started again. What runs is found by the records of its folder, so that others can strike it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import psutil

from deployments.launcher.home import Home
from deployments.supervision.records import Records
from deployments.supervision.service import Service
from deployments.supervision.supervisor import POLL, Supervisor
from phonefleet.clock import StopSignal
from phonefleet.errors import Transient
from phonefleet.words import tr

_GRACE: Final = timedelta(seconds=60)


class NotThere(Transient):
    """What is to be struck is away just now."""


class Kept:
    """The programs of a computer, whose records and logs are below `home`. Thread-safe.

    `services` makes them anew whenever the computer is switched on.
    """

    def __init__(self, home: Home, services: Callable[[], Sequence[Service]], stop: StopSignal) -> None:
        self._records = Records(home.records)
        self._services = services
        self._start_stop = stop
        self._log = home.log("kept")
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._ended = StopSignal()
        self._supervisor: Supervisor | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True, name="kept")

    def start(self) -> None:
        """Start everything, wait until it is ready, and keep it running from now on.

        Raises:
            Permanent: a program could not be started.
            Interrupted: the stop signal was set.

        """
        supervisor = self._started()
        supervisor.await_ready(*supervisor.pids)
        self._thread.start()

    def cut_power(self) -> None:
        """Kill everything at once, and start nothing again."""
        with self._lock:
            kill_all(list(self.processes.values()))
            self._stop_all(hurry=True)

    def restore_power(self) -> None:
        """Start everything again."""
        with self._lock:
            if self._supervisor is None:
                self._started()

    def end(self) -> None:
        """Stop everything; what does not stop is killed."""
        self._ended.set("over")
        if self._thread.is_alive():
            self._thread.join()
        self._stop_all(hurry=False)

    @property
    def on(self) -> bool:
        """Whether the computer has power."""
        return self._supervisor is not None

    @property
    def processes(self) -> dict[str, psutil.Process]:
        """What runs now, by name."""
        return running(self._records)

    def _started(self) -> Supervisor:
        self._supervisor = Supervisor(self._records, self._start_stop, self._say)
        for service in self._services():
            self._supervisor.start(service, _GRACE)
        return self._supervisor

    def _stop_all(self, *, hurry: bool) -> None:
        signal = StopSignal()
        if hurry:
            signal.set("power cut")
        if self._supervisor is not None:
            self._supervisor.stop_all(signal)
            self._supervisor = None

    def _watch(self) -> None:
        while not self._ended.wait(POLL):
            with self._lock:
                if self._supervisor is not None:
                    self._supervisor.watch()

    def _say(self, line: str) -> None:
        with suppress(OSError), self._log.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")


class Pauses:
    """Processes that were stopped with SIGSTOP, by name."""

    def __init__(self) -> None:
        self._paused: dict[str, list[psutil.Process]] = {}

    def pause(self, name: str, process: psutil.Process) -> None:
        """Stop a process and all that it has started."""
        self._paused[name] = list(each(with_children(process), lambda one: one.suspend()))

    def resume(self, name: str) -> None:
        """Let it go on."""
        for _ in each(list(reversed(self._paused.pop(name, []))), lambda one: one.resume()):
            pass

    def resume_all(self) -> None:
        """Let all go on."""
        for name in list(self._paused):
            self.resume(name)


def running(records: Records) -> dict[str, psutil.Process]:
    """Return the recorded processes that run now, by name."""
    return {record.name: process for record in records.all() if (process := record.process())}


def named(processes: Mapping[str, psutil.Process], name: str) -> psutil.Process:
    """Return a process.

    Raises:
        NotThere: it does not run just now.

    """
    if name not in processes:
        raise NotThere(tr("{process} does not run just now", process=name))
    return processes[name]


def kill_all(processes: Sequence[psutil.Process]) -> None:
    """Kill processes in this order, each with all that it has started."""
    for _ in each([one for process in processes for one in with_children(process)], lambda one: one.kill()):
        pass


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """Return a process and all that it has started."""
    with suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return [process]


def each(processes: Sequence[psutil.Process], act: Callable[[psutil.Process], None]) -> Iterator[psutil.Process]:
    """Act on each process that is still there, and yield those."""
    for process in processes:
        with suppress(psutil.Error):
            act(process)
            yield process
