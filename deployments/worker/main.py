"""The worker process: opens the resources, works until SIGTERM or SIGINT, closes them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

from prefect.client.orchestration import get_client

from deployments.own_scripts.opening import own_scripts
from deployments.registration import ensure_all
from deployments.worker.ending import ENDS_WITHIN, end_within
from deployments.worker.fleet_worker import FleetWorker
from deployments.worker.loading.stored_results import refuse_stored_results
from deployments.worker.loops import unless_stopped
from deployments.worker.prefect.engine_settings import engine_settings, loop_settings
from deployments.worker.prefect.run_logs import shorten_run_logs
from deployments.worker.reaching import Reaching
from deployments.worker.resources import Resources
from deployments.worker.standing import Opened, Standing
from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.sessions.routes import Routes
from phonefleet.errors import Permanent
from phonefleet.ledger.ledger import Ledger
from phonefleet.settings import POOL, Settings
from phonefleet.words import say

_POLL = timedelta(milliseconds=50)
_log = logging.getLogger(__name__)


def run(settings: Settings, *, registers: bool = False, after: Path | None = None) -> None:
    """Run a worker until SIGTERM or SIGINT; a second signal ends the process at once.

    With `registers`, it first waits for Prefect's server and makes or updates the pools and deployments there: this
    process has loaded the flows anyway. With `after`, it reads the ledger and looks for phones once that file exists.

    Raises:
        Permanent: no database is configured.
        LedgerUnreachable: the database does not answer.

    """
    refuse_stored_results()
    shorten_run_logs()
    with _resources(settings) as resources, engine_settings(), loop_settings():
        asyncio.run(_work_until_signalled(resources, registers=registers, after=after))


def run_opened(settings: Settings, opened: Opened) -> None:
    """Run the worker of a joined host until a signal, or until the main host takes it no longer."""
    refuse_stored_results()
    shorten_run_logs()
    with (
        _with_phones(settings, opened.ledger, opened.clock, opened.host, opened) as resources,
        engine_settings(),
        loop_settings(),
    ):
        asyncio.run(_work_and_end_soon(resources, opened.standing))


async def _work_and_end_soon(resources: Resources, standing: Standing) -> None:
    stopping = asyncio.Event()

    async def watch() -> None:
        await stopping.wait()
        end_within(ENDS_WITHIN, lambda: 0 if standing.refusal is None else 1)

    watching = asyncio.create_task(watch())
    try:
        await _work_until_signalled(resources, registers=False, after=None, stopping=stopping)
    finally:
        watching.cancel()


async def _work_until_signalled(
    resources: Resources, *, registers: bool, after: Path | None, stopping: asyncio.Event | None = None
) -> None:
    loop, stopping = asyncio.get_running_loop(), stopping or asyncio.Event()

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop_hard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await work(resources, stopping, registers=registers, after=after)


async def work(resources: Resources, stopping: asyncio.Event, *, registers: bool, after: Path | None) -> None:
    """Register in Prefect if asked to, wait for the file if there is one, and work until the event is set."""
    if registers:
        await unless_stopped(stopping, _register)
    if after is not None:
        await unless_stopped(stopping, partial(_wait_for, after))
    if not stopping.is_set():
        # Not before that: it reads the ledger, which whoever makes the file may still bring up to date.
        await FleetWorker(POOL, resources=resources, name=resources.host, stopping=stopping).start(printer=_log.info)


async def _register() -> None:
    async with get_client() as client:
        await ensure_all(client)


async def _wait_for(file: Path) -> None:
    while not await asyncio.to_thread(file.exists):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(_POLL.total_seconds())


def _stop_hard() -> None:
    """End the process at once; the next worker reschedules the runs in hand."""
    os._exit(1)


@contextmanager
def _resources(settings: Settings) -> Generator[Resources]:
    if settings.database_url is None:
        message = say(
            "worker.no_database_set_phonefleet_database",
            "no database: set PHONEFLEET_DATABASE_URL, or use `phonefleet up`, which starts one",
        )
        raise Permanent(message)
    clock = SystemClock()
    host = settings.worker_name or socket.gethostname()
    with (
        Ledger(settings.database_url.get_secret_value(), clock) as ledger,
        _with_phones(settings, ledger, clock, host) as resources,
    ):
        yield resources


@contextmanager
def _with_phones(
    settings: Settings, ledger: Ledger, clock: Clock, host: str, opened: Opened | None = None
) -> Generator[Resources]:
    """Open what needs no ledger; on a joined host, the ways to and from the main one too."""
    standing = None if opened is None else opened.standing
    reaching = None if opened is None else Reaching(opened.main, settings, clock)
    adb = FastAdbClient(settings.adb_port, timeout=settings.call_timeout, clock=clock)
    with own_scripts(settings.home) as own, nullcontext() if reaching is None else reaching.open():
        sessions = Sessions(adb, clock, settings.call_timeout, Routes())
        try:
            mine = own if opened is None else None  # in Prefect only the main host's scripts are registered
            yield Resources(settings, ledger, adb, sessions, clock, host, mine, standing, reaching)
        finally:
            sessions.close_all()
