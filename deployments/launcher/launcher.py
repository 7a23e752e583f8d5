"""Starts all services in order, restarts those that die, publishes their addresses, and stops them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from deployments.launcher.adb import AdbServer
from deployments.launcher.afterwards import Afterwards
from deployments.launcher.database import Databases, DatabaseService, databases_of, embedded
from deployments.launcher.encryption import Encryption
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.prefect_auth import prefect_auth
from deployments.launcher.private_files import remove_rights_of_others, restrict_umask
from deployments.launcher.programs import Programs
from deployments.launcher.room import check_room, needed, told_when_full
from deployments.postgres import EmbeddedPostgres
from deployments.supervision.records import Records, end, write_atomically
from deployments.supervision.service import Child, Service
from deployments.supervision.supervisor import POLL, Supervisor
from deployments.supervision.warden import start_warden
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.tls.files import CertificateUnusable
from phonefleet.words import say

if TYPE_CHECKING:
    from deployments.launcher.phones import PhoneBook

GRACE = timedelta(seconds=10)
WORKER_GRACE = timedelta(seconds=25)
"""Longer, because the worker first waits for its runs to reach a safe point."""
PUBLISHED = ("api", "prefect", "worker", "virtual")
"""The services whose process ids are written to endpoints.json."""


class Launcher:
    """All services of one data folder, as a context manager that starts and stops them.

        with Launcher(options, stop, hurry, say=print) as launcher:
            launcher.keep_running()

    `stop` interrupts the start and `keep_running`, `hurry` kills services that are slow to stop, `say` gets messages
    for people. Folders in `remove` are deleted if this process is killed.
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
        self._unpublished = False
        self._server: EmbeddedPostgres | None = None
        self._encryption: Encryption | None = None
        self._phones: PhoneBook | None = None

    def __enter__(self) -> Self:
        """Start all services and wait until they are ready.

        Raises:
            PhonefleetError: a service cannot start; the message says what to do. Those already started are stopped.
            Interrupted: the stop signal was set.

        """
        least = needed(self._home.root, database_elsewhere=self._options.database_url is not None)
        with told_when_full(self._home.root, least), ExitStack() as exits:
            self._exits = exits
            restrict_umask()
            check_room(self._home.root, least)
            exits.enter_context(self._home.locked())
            remove_rights_of_others(self._home.root, {self._home.postgres.name})
            self._options = self._options.resolved()
            self._options = replace(self._options, prefect_auth=prefect_auth(self._options, self._home))
            self._end_leftovers(exits)
            exits.callback(self._stop_all)
            self._encryption = Encryption.of(self._options, self._home, SystemClock(), self._say)
            self._programs = Programs(self._home, self._options, self._place_databases(), self._encryption)
            self._start_parts(exits)
            self._publish()
            self._afterwards = Afterwards(Child(self._programs.automations()), self._records, self._say)
            exits.enter_context(self._afterwards)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop everything, the worker first."""
        self._exits.close()

    @property
    def programs(self) -> Programs:
        """The programs and their addresses."""
        return self._programs

    @property
    def serials(self) -> list[str]:
        """The serials of the virtual phones."""
        return self._serials

    def keep_running(self) -> None:
        """Restart services that die, until the stop signal."""
        while self._stop.reason is None:
            self.watch()
            self._stop.wait(POLL)

    def watch(self) -> None:
        """Check each service once, and restart those that died; what a full disk does not take is written later."""
        self._afterwards.watch()
        if self._encryption is not None:
            self._renew(self._encryption)
        if self._supervisor.watch() or self._unpublished:
            self._publish_or_later()

    def _renew(self, encryption: Encryption) -> None:
        try:
            encryption.renew()
        except CertificateUnusable as error:
            self._say(str(error))

    def _end_leftovers(self, exits: ExitStack) -> None:
        """End processes that a killed launcher left, and start the warden, which does the same for this one."""
        end([record for record in self._records.all() if record.name != DatabaseService.name], GRACE)
        self._home.endpoints.unlink(missing_ok=True)
        self._home.phones_known.unlink(missing_ok=True)
        warden = start_warden(self._home.records, self._remove)
        exits.callback(warden.communicate)

    def _place_databases(self) -> Databases:
        """Return where the databases are; the embedded server starts later unless it still runs."""
        options = self._options
        if options.database_url:
            from deployments.launcher.external_database import external  # noqa: PLC0415 - heavy, and seldom needed

            return external(options.database_url, options.prefect_database_url)
        self._say(say("launcher.starting_postgresql", "Starting PostgreSQL"))
        self._server = EmbeddedPostgres(self._home.postgres, stop=self._stop)
        if self._server.process() is None:
            self._server.reserve()
        else:
            self._start_server(self._server)
        return databases_of(self._server)

    def _start_server(self, server: EmbeddedPostgres) -> None:
        self._supervisor.start(DatabaseService(server), GRACE, stops_last=True)
        embedded(server)

    def _start_parts(self, exits: ExitStack) -> None:
        programs = self._programs
        self._say(
            say("launcher.starting_prefect_server_takes_some", "Starting the Prefect server, which takes some seconds")
        )
        self._start(Child(programs.prefect()))
        if self._server and DatabaseService.name not in self._supervisor.pids:
            self._start_server(self._server)  # Prefect loads while its data is made
        if self._options.virtual:
            self._start(Child(programs.virtual()))
            self._start(AdbServer(programs.adb(), self._options.adb_port or 0))
        self._start(Child(programs.worker(self._worker_works)), WORKER_GRACE)
        self._meet_phones(exits)
        self._supervisor.await_ready("prefect")
        # The API loads while worker and Prefect talk to each other; earlier it would only slow what they wait for.
        self._supervisor.start(Child(programs.api()), GRACE, before="worker")
        self._say(say("launcher.waiting_worker", "Waiting for the worker"))
        self._supervisor.await_ready("api", "worker")

    def _meet_phones(self, exits: ExitStack) -> None:
        """Bring the ledger up to date, enter the virtual phones, and let the worker look for phones."""
        from deployments.launcher.phones import PhoneBook  # noqa: PLC0415 - slow to import: others start meanwhile

        self._phones = exits.enter_context(PhoneBook(self._programs))
        self._phones.prepare()
        self._supervisor.await_ready("postgres", "virtual", "adb")
        if self._options.virtual:
            self._connect(self._phones)
        self._home.phones_known.touch()

    def _worker_works(self) -> bool:
        return self._phones is not None and self._phones.connected()

    def _connect(self, phones: PhoneBook) -> None:
        """Enter the virtual phones into the ledger, and let adb connect to them."""
        from deployments.launcher.adb_connections import connect_all, extra_names  # noqa: PLC0415 - as above
        from phonefleet.device.adb.transport import FastAdbClient  # noqa: PLC0415 - as above

        phones.meet()
        self._serials = phones.serials
        names = [*self._options.addresses, *extra_names(self._options.addresses, self._options.seed or 0)]
        connect_all(FastAdbClient(self._options.adb_port or 0), names, self._stop)

    def _start(self, service: Service, grace: timedelta = GRACE) -> None:
        self._supervisor.start(service, grace)

    def _publish_or_later(self) -> None:
        try:
            self._publish()
        except OSError as error:
            if not self._unpublished:
                self._say(
                    say(
                        "launcher.written_later",
                        "{endpoints} is written later: {strerror}",
                        endpoints=self._home.endpoints,
                        strerror=error.strerror,
                    )
                )
            self._unpublished = True
        else:
            self._unpublished = False

    def _publish(self) -> None:
        """Write the addresses and process ids to endpoints.json, for programs."""
        options, programs, pids = self._options, self._programs, self._supervisor.pids
        endpoints = {
            "api": programs.api_url,
            "prefect": programs.prefect_url,
            "tls": programs.encrypted_addresses,
            "public": None if options.public_url is None else str(options.public_url),
            "world": programs.world_url if options.virtual else None,
            "adb_port": options.adb_port,
            "serials": self._serials,
            "addresses": options.addresses,
            "pids": {name: pids.get(name) for name in PUBLISHED},
        }
        write_atomically(self._home.endpoints, json.dumps(endpoints, indent=2) + "\n")

    def _stop_all(self) -> None:
        self._home.endpoints.unlink(missing_ok=True)
        self._home.phones_known.unlink(missing_ok=True)
        self._supervisor.stop_all(self._hurry)
