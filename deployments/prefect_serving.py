"""Our Prefect server as a program: `python -m deployments.prefect_serving HOST PORT [CERTIFICATE KEY LOCAL_PORT]`.

With a certificate, others are served over TLS, and programs of this computer without it at LOCAL_PORT of loopback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from api.edge.listeners import Listener, Server, listeners
from deployments.loading import CAN_FORK, loading
from deployments.prefect_copies import copies_that_stay
from deployments.prefect_schema import (
    LEFT_TO_US,
    await_embedded_database,
    begin_blocks,
    begin_schema,
    finish_schema,
)
from deployments.prefect_server import PROCESSES
from phonefleet.tls.files import TlsFiles

if TYPE_CHECKING:
    from deployments.prefect_guard import PrefectGuard

_KEEP_ALIVE = 30
"""How long a connection without requests stays open, in seconds."""


def main(
    host: str, port: str, certificate: str | None = None, key: str | None = None, local_port: str | None = None
) -> None:
    """Serve Prefect's API and UI until SIGTERM."""
    with loading():
        app = _with_copies() if CAN_FORK else _alone()
    tls = TlsFiles(Path(certificate), Path(key)) if certificate and key else None
    processes = int(os.environ.get(PROCESSES, "1")) if CAN_FORK else 1
    at = listeners(host, int(port), tls, int(local_port) if local_port else None, shared=processes > 1)
    copies_that_stay(processes - 1, partial(_serve_beside, at))
    _serve(app, at)


def _serve_beside(at: Sequence[Listener]) -> None:
    """Serve the same as the first process does, without Prefect's services, of which there must be one of each."""
    from deployments.prefect_app import create_app  # noqa: PLC0415 - loaded already

    _serve(create_app(webserver_only=True), at)


def _serve(app: PrefectGuard, at: Sequence[Listener]) -> None:
    config = uvicorn.Config(
        app,
        timeout_keep_alive=_KEEP_ALIVE,
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
    )
    Server(config, at).run()


def _with_copies() -> PrefectGuard:
    """Return the application once the database has its schema."""
    os.environ.update(LEFT_TO_US)
    schema = begin_schema()
    from deployments.prefect_app import create_app  # noqa: PLC0415 - the schema is made meanwhile

    app = create_app()
    finish_schema(schema)
    begin_blocks()
    return app


def _alone() -> PrefectGuard:
    """Return the application, which makes the schema when it starts."""
    from deployments.prefect_app import create_app  # noqa: PLC0415 - slow to import

    app = create_app()
    await_embedded_database()
    return app


if __name__ == "__main__":
    main(*sys.argv[1:])
