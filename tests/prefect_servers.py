"""Real Prefect servers for tests, started as the launcher starts its own."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deployments import prefect_server
from deployments.launcher.ports import claim
from deployments.postgres import EmbeddedPostgres
from deployments.supervision.records import Records
from deployments.supervision.service import Child, Program
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal


@contextmanager
def running_prefect(
    postgres_server: EmbeddedPostgres,
    folder: Path,
    database: str = "prefect",
    more: Mapping[str, str] | None = None,
    own: Mapping[str, str] | None = None,
    **options: Any,
) -> Generator[str]:
    """Run a Prefect server whose data is in `folder` and in a database; yield the address of its API.

    `more` is added to what it inherits, `own` to what it gets in the end; `options` are those of `server_environment`.
    """
    postgres_server.ensure_database(database)
    url = postgres_server.url(database, driver="postgresql+asyncpg")
    port = claim(0, "")
    environment = prefect_server.server_environment(folder, url, port, {**os.environ, **(more or {})}, **options)
    environment |= own or {}
    (folder / "prefect").mkdir(parents=True)
    program = Program(
        "prefect",
        prefect_server.server_command(port),
        environment,
        folder / "logs" / "prefect.log",
        ready=lambda: prefect_server.is_ready(port),
        folder=folder,
    )
    supervisor = Supervisor(Records(folder / "run"), StopSignal(), print)
    try:
        supervisor.start(Child(program))
        supervisor.await_ready("prefect")
        yield prefect_server.api_url(port)
    finally:
        supervisor.stop_all(StopSignal())
