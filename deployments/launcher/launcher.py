"""Starts everything in the right order, keeps it running, says where it is, and stops it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from deployments.launcher.adb import AdbServer
from deployments.launcher.connecting import connect_all, second_names
from deployments.launcher.database import Databases, DatabaseService, embedded, external
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.phones import PhoneBook
from deployments.launcher.prefect_auth import prefect_auth
from deployments.launcher.private_files import keep_to_ourselves, mend
from deployments.launcher.programs import Programs
from deployments.postgres import EmbeddedPostgres
from deployments.supervision.records import Records, end, write_atomically
from deployments.supervision.service import Child, Service, run_to_end
from deployments.supervision.supervisor import TURN, Supervisor
from deployments.supervision.warden import watch_over
from phonefleet.clock import StopSignal
from phonefleet.device.transport import FastAdbClient

GRACE = timedelta(seconds=10)
WORKER_GRACE = timedelta(seconds=25)
"""The worker brings its runs to a safe point first."""
PUBLISHED = ("api", "prefect", "worker", "virtual")
"""The parts whose process numbers stand in endpoints.json."""


class Launcher:
    """Everything that runs for one home; use it as a context manager, so that all of it ends.

    `stop` ends a start and `keep_running` at once, `hurry` ends the patience with parts that stop slowly, `say` tells
    people what happens. Folders in `remove` are removed if this process is killed.
    """

    def __init__(
        self,
        options: LaunchOptions,
        stop: StopSignal,
        hurry: StopSignal,
        say: Callable[[str], None],
        remove: tuple[Path, ...] = (),
    ) -> None:
        self._options = options
        self._stop = stop
        self._hurry = hurry
        self._say = say
        self._remove = remove
        self._home = Home(options.home.absolute())
        self._records = Records(self._home.records)
        self._supervisor = Supervisor(self._records, stop, say)
        self._exits = ExitStack()
        self._serials: list[str] = []

    def __enter__(self) -> Self:
        """Start everything and wait until it is ready.

        Raises:
            PhonefleetError: something cannot start; the message says what to do. All is stopped again.
            Interrupted: the stop signal was set.

        """
        with ExitStack() as exits:
            self._exits = exits
            keep_to_ourselves()
            exits.enter_context(self._home.locked())
            mend(self._home.root, {self._home.postgres.name})
            self._options = self._options.checked()
            self._options = replace(self._options, prefect_auth=prefect_auth(self._options, self._home))
            self._guard(exits)
            exits.callback(self._stop_all)
            self._programs = Programs(self._home, self._options, self._start_databases())
            self._start_parts(exits)
            self._publish()
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop everything, the worker first."""
        self._exits.close()

    @property
    def programs(self) -> Programs:
        """What runs, and where it can be reached."""
        return self._programs

    @property
    def serials(self) -> list[str]:
        """What the virtual phones are called."""
        return self._serials

    def keep_running(self) -> None:
        """Watch over everything until the stop signal."""
        while self._stop.reason is None:
            self.watch()
            self._stop.wait(TURN)

    def watch(self) -> None:
        """Look at everything once, and start again what died."""
        if self._supervisor.watch():
            self._publish()

    def _guard(self, exits: ExitStack) -> None:
        """End what an earlier launcher left, and see to it that nothing outlives this one."""
        end([record for record in self._records.all() if record.name != DatabaseService.name], GRACE)
        self._home.endpoints.unlink(missing_ok=True)
        warden = watch_over(self._home.records, self._remove)
        exits.callback(warden.communicate)

    def _start_databases(self) -> Databases:
        options = self._options
        if options.database_url:
            return external(options.database_url, options.prefect_database_url)
        self._say("Starting PostgreSQL")
        server = EmbeddedPostgres(self._home.postgres, stop=self._stop)
        self._start(DatabaseService(server))
        return embedded(server)

    def _start_parts(self, exits: ExitStack) -> None:
        programs = self._programs
        self._say("Starting the Prefect server, which takes some seconds")
        self._start(Child(programs.prefect()))
        if self._options.virtual:
            self._start(Child(programs.virtual()))
            self._start(AdbServer(programs.adb(), self._options.adb_port or 0))
        registration = Child(programs.registration())
        exits.callback(registration.kill)
        registration.start()
        phones = exits.enter_context(PhoneBook(programs))
        phones.prepare()
        self._start(Child(programs.api()))
        self._supervisor.await_ready("postgres", "virtual", "adb")
        if self._options.virtual:
            phones.meet()
            self._serials = phones.serials
            names = [*self._options.addresses, *second_names(self._options.addresses, self._options.seed or 0)]
            connect_all(FastAdbClient(self._options.adb_port or 0), names, self._stop)
        self._supervisor.await_ready("prefect", "api")
        run_to_end(registration, self._stop)
        self._say("Starting the worker")
        self._start(Child(programs.worker(phones.connected)), WORKER_GRACE)
        self._supervisor.await_ready("worker")

    def _start(self, service: Service, grace: timedelta = GRACE) -> None:
        self._supervisor.start(service, grace)

    def _publish(self) -> None:
        """Write where everything can be reached, for programs."""
        options, programs, pids = self._options, self._programs, self._supervisor.pids
        endpoints = {
            "api": programs.api_url,
            "prefect": programs.prefect_url,
            "world": programs.world_url if options.virtual else None,
            "adb_port": options.adb_port,
            "serials": self._serials,
            "addresses": options.addresses,
            "pids": {name: pids.get(name) for name in PUBLISHED},
        }
        write_atomically(self._home.endpoints, json.dumps(endpoints, indent=2) + "\n")

    def _stop_all(self) -> None:
        self._home.endpoints.unlink(missing_ok=True)
        self._supervisor.stop_all(self._hurry)
