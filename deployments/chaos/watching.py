"""Watches a fleet while a plan is run: which processes live and answer, how phones are, and which tasks have ended.

Each watcher is a thread with a client of its own; what they find is kept by `Board`, in seconds since it was made.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final, cast

import httpx
import psutil

from deployments.chaos.fleet import ChaosFleet
from deployments.chaos.kinds import MAIN_HOST
from deployments.chaos.plan import process_of
from deployments.chaos.resources import Usage
from deployments.chaos.timeline import Ended, Sight, power_of
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import Task
from phonefleet.client.tasks import PENDING, RUNNING, has_ended
from phonefleet.clock import Clock, StopSignal

_log = logging.getLogger(__name__)
_HOST_EVERY: Final = timedelta(milliseconds=200)
_API_EVERY: Final = timedelta(milliseconds=500)
_TASKS_EVERY: Final = timedelta(seconds=15)
_USAGE_EVERY: Final = 5.0
_ANSWER: Final = timedelta(seconds=2)
_WORKING: Final = ("online", "busy")
_MEGA: Final = 1_000_000


class Board:
    """What was watched. Thread-safe."""

    def __init__(self, clock: Clock, serials: Mapping[str, int]) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self._lock = threading.Lock()
        self._well: dict[str, bool] = {}
        self.phones = serials
        """The number of each phone."""
        self.sights: list[Sight] = []
        self.ended: dict[int, Ended] = {}
        self.began: dict[int, float] = {}
        self.status: dict[int, Task] = {}
        self.usages: list[Usage] = []
        self.waiting: Mapping[int, Counter[str]] = {}
        """The faults that were ordered and have not struck, by the number of the phone."""
        self.changed = 0.0
        """When a task was last seen to change."""

    def now(self) -> float:
        """Return the seconds since the board was made."""
        return self._clock.monotonic() - self._start

    def since(self, instant: float) -> float:
        """Return what an instant of the clock is in seconds since the board was made."""
        return instant - self._start

    def note(self, subject: str, *, well: bool) -> None:
        """Keep how a subject is, if it is otherwise than before."""
        with self._lock:
            if self._well.get(subject) is not well:
                self._well[subject] = well
                self.sights.append(Sight(self.now(), subject, well))

    def note_task(self, task: Task) -> None:
        """Keep how a task is."""
        with self._lock:
            task_id, now = task["id"], self.now()
            before = self.status.get(task_id)
            if before is None or _moves(before) != _moves(task):
                self.changed = now
            self.status[task_id] = task
            if task["status"] >= RUNNING:
                self.began.setdefault(task_id, now)
            if has_ended(task) and task_id not in self.ended:
                self.ended[task_id] = Ended(now, task_id, self.phones.get(task["serial"], 0))

    def note_waiting(self, waiting: list[list[str]]) -> None:
        """Keep which faults have not struck."""
        self.waiting = {number: Counter(faults) for number, faults in enumerate(waiting, start=1)}


class Watchers:
    """All watchers of a fleet, as a context manager."""

    def __init__(self, fleet: ChaosFleet, board: Board) -> None:
        self._fleet = fleet
        self._board = board
        self._stop = StopSignal()
        looks: tuple[Callable[[], None], ...] = (
            self._watch_host,
            self._watch_api,
            self._watch_phones,
            self._watch_tasks,
        )
        self._threads = [threading.Thread(target=look, daemon=True, name=look.__name__) for look in looks]
        self._pids: dict[str, int] = {}
        self._changed: dict[str, float] = {}

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set("over")
        for thread in self._threads:
            thread.join(10)

    def _again(self, every: timedelta, look: Callable[[], None]) -> None:
        """Look again and again; what is away now is looked for later."""
        while not self._stop.wait(every):
            try:
                look()
            except (ApiError, ApiUnreachable, httpx.HTTPError, psutil.Error, OSError) as error:
                _log.debug("not now: %s", error)

    # --- processes ---------------------------------------------------------------------------------------

    def _watch_host(self) -> None:
        self._measured = -_USAGE_EVERY
        self._again(_HOST_EVERY, self._look_at_host)

    def _look_at_host(self) -> None:
        found = self._fleet.processes()
        for number in (MAIN_HOST, *self._fleet.joined.values()):
            self._board.note(power_of(number), well=self._fleet.has_power(number))
        for name in self._fleet.watched:
            pid = found[name].pid if name in found else 0
            if pid != self._pids.setdefault(name, pid):
                self._pids[name], self._changed[name] = pid, self._board.now()
                self._board.note(name, well=False)
        for name, port in self._fleet.adb_ports.items():
            self._note_answer(name, self._board.now(), _adb_answers(port))
        if self._board.now() - self._measured >= _USAGE_EVERY:
            self._measured = self._board.now()
            self._measure(found)
        self._board.note_waiting(self._fleet.waiting())

    def _note_answer(self, name: str, asked: float, answers: bool) -> None:  # noqa: FBT001 - as it was found
        """Keep whether a process answers; what was asked before it was started anew tells nothing of it."""
        if asked > self._changed.get(name, -1.0):
            self._board.note(name, well=answers and self._pids.get(name, 1) != 0)

    def _measure(self, found: Mapping[str, psutil.Process]) -> None:
        for name, process in found.items():
            with suppress(psutil.Error):
                self._board.usages.append(_usage(self._board.now(), name, process))

    # --- what the API tells ------------------------------------------------------------------------------

    def _watch_api(self) -> None:
        with Client(self._fleet.api_url, timeout=_ANSWER) as client:
            self._again(_API_EVERY, lambda: self._look_at_api(client))

    def _look_at_api(self, client: Client) -> None:
        asked = self._board.now()
        try:
            ready = client.is_ready()
        except ApiUnreachable:
            self._note_answer("api", asked, answers=False)
            self._board.note("all", well=False)
            raise
        except ApiError as error:
            found = cast("dict[str, bool]", error.data or {})
            self._tell(asked, database=bool(found.get("database")), prefect=bool(found.get("prefect")), all_well=False)
        else:
            self._tell(asked, database=True, prefect=True, all_well=ready["remark"] is None)
            self._note_answer("worker", asked, ready["worker"] is not False)

    def _tell(self, asked: float, *, database: bool, prefect: bool, all_well: bool) -> None:
        self._note_answer("api", asked, answers=True)
        self._note_answer("postgres", asked, database)
        self._note_answer("prefect", asked, prefect)
        self._board.note("all", well=all_well)

    def _watch_phones(self) -> None:
        with Client(self._fleet.api_url, timeout=_ANSWER) as client:
            self._again(_API_EVERY, lambda: self._look_at_phones(client))

    def _look_at_phones(self, client: Client) -> None:
        self._look_at_hosts(client)
        held = {account["device"] for account in client.iter_accounts(held=True)}
        for device in client.iter_devices():
            number = self._board.phones.get(device["serial"])
            well = device["state"] in _WORKING and not device["quarantined_by"] and device["serial"] not in held
            if number is not None:
                self._board.note(f"phone {number}", well=well)

    def _look_at_hosts(self, client: Client) -> None:
        """Look at the joined hosts, as the main one knows them."""
        asked, joined = self._board.now(), self._fleet.joined
        for host in client.list_hosts()["hosts"] if joined else []:
            number, well = joined.get(host["name"], MAIN_HOST), host["state"] == "online"
            self._board.note(f"host {number}", well=well)
            self._note_answer(process_of("worker", number), asked, well)

    # --- tasks -------------------------------------------------------------------------------------------

    def _watch_tasks(self) -> None:
        """Follow the events; where they break off, read all tasks that have not ended, and follow again."""
        with self._fleet.client() as client:
            while not self._stop.reason:
                with suppress(ApiError, ApiUnreachable):
                    self._follow(client)
                self._stop.wait(_API_EVERY)

    def _follow(self, client: Client) -> None:
        read = -_TASKS_EVERY.total_seconds()
        for event in client.events(silence=timedelta(seconds=20)):
            if self._stop.reason:
                return
            if event.kind == "task" and "status" in event.data:
                self._board.note_task(cast("Task", event.data))
            if self._board.now() - read >= _TASKS_EVERY.total_seconds():
                read = self._board.now()
                self._read_open(client)

    def _read_open(self, client: Client) -> None:
        listed = {task["id"]: task for status in (RUNNING, PENDING) for task in client.iter_tasks(status=status)}
        known = [task_id for task_id, task in self._board.status.items() if not has_ended(task)]
        for task in listed.values():
            self._board.note_task(task)
        for task_id in set(known) - set(listed):
            self._board.note_task(cast("Task", client.get_task(task_id)))


def _moves(task: Task) -> tuple[object, ...]:
    """Return what shows that a task is alive when it changes."""
    return task["status"], task["state"], task["retry_count"], task["progress"], task["waits_code"]


def _adb_answers(port: int) -> bool:
    """Ask an adb server for its version: https://android.googlesource.com/platform/packages/modules/adb (SERVICES)."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as asked:
        asked.settimeout(1)
        asked.sendall(b"000chost:version")
        return asked.recv(4) == b"OKAY"
    return False


def _usage(at: float, name: str, process: psutil.Process) -> Usage:
    found = [process, *process.children(recursive=True)]
    memory = threads = descriptors = 0
    for one in found:
        with suppress(psutil.Error):
            memory += one.memory_full_info().uss
            threads += one.num_threads()
            descriptors += one.num_fds() if hasattr(one, "num_fds") else 0
    return Usage(at, name, process.pid, memory / _MEGA, threads, descriptors)
