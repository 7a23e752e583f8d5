"""Brings the schema of Prefect's database up to date and registers block types, each in a process of its own.

Prefect's server does both before it serves anything, one after the other. Here the schema is made while the server
still loads its routes, and block types, which no run needs, are registered once a worker has reported. The processes
are forks, so that they load nothing again; where that is not possible, Prefect does it all as it always does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing import connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from deployments.prefect_database import await_database
from deployments.prefect_server import AWAITS_DATABASE

if TYPE_CHECKING:
    from prefect.server.database import PrefectDBInterface

LEFT_TO_US: Final = {
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
}
"""The settings by which Prefect's server leaves both to us. They count if they are set before Prefect is imported."""

_PATIENCE: Final = timedelta(seconds=10)
"""How long the registration of block types leaves room for a worker's start."""
_POLL: Final = timedelta(milliseconds=250)
_PHONES: Final = timedelta(seconds=2)
"""How long a worker that has reported is left room for the queues of its phones."""


def begin_schema() -> BaseProcess:
    """Start to bring the schema up to date, once the database is there if that starts at the same time."""
    import_module("prefect.server.database")  # the copy needs it, and so does the server
    return _copy("schema", _make_schema)


def finish_schema(schema: BaseProcess) -> None:
    """Return when the schema is up to date.

    Raises:
        SystemExit: it could not be brought up to date; the process has written why.

    """
    schema.join()
    if schema.exitcode:
        raise SystemExit(1)


def begin_blocks() -> None:
    """Register the types of all blocks that are imported once a worker has reported, whose start goes first."""
    Thread(target=_copy("blocks", _register_blocks).join, daemon=True).start()


def await_embedded_database() -> None:
    """Wait for the database if it starts at the same time."""
    if AWAITS_DATABASE in os.environ:
        await_database(os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"])


def _make_schema() -> None:
    from prefect.server.database import provide_database_interface  # noqa: PLC0415 - slow to import

    await_embedded_database()
    asyncio.run(provide_database_interface().create_db())


def _register_blocks() -> None:
    asyncio.run(_registered(datetime.now(UTC)))


async def _registered(since: datetime) -> None:
    from prefect.server.database import provide_database_interface  # noqa: PLC0415 - slow to import
    from prefect.server.models.block_registration import run_block_auto_registration  # noqa: PLC0415 - as above

    database = provide_database_interface()
    while datetime.now(UTC) - since < _PATIENCE and not await _worker_reports(database, since):  # noqa: ASYNC110 - a row
        await asyncio.sleep(_POLL.total_seconds())
    await asyncio.sleep(_PHONES.total_seconds())
    async with await database.session() as session:
        await run_block_auto_registration(session)


async def _worker_reports(database: PrefectDBInterface, since: datetime) -> bool:
    """Tell whether a worker has sent a heartbeat."""
    heard = select(database.Worker.id).where(database.Worker.last_heartbeat_time >= since).limit(1)
    async with database.session_context() as session:
        return (await session.scalars(heard)).first() is not None


def _copy(name: str, job: Callable[[], None]) -> BaseProcess:
    """Let a copy of this process do a job and end; it ends at once with this one."""
    process = get_context("fork").Process(target=_in_copy, args=[job], name=name, daemon=True)
    process.start()
    return process


def _in_copy(job: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()
    job()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
