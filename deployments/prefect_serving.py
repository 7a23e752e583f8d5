"""Our Prefect server as a program: `python -m deployments.prefect_serving HOST PORT`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import uvicorn

from deployments.loading import CAN_FORK, loading
from deployments.prefect_schema import (
    LEFT_TO_US,
    await_embedded_database,
    begin_blocks,
    begin_schema,
    finish_schema,
)

if TYPE_CHECKING:
    from deployments.prefect_guard import PrefectGuard

_KEEP_ALIVE = 30
"""How long a connection without requests stays open, in seconds."""


def main(host: str, port: str) -> None:
    """Serve Prefect's API and UI until SIGTERM."""
    with loading():
        app = _with_copies() if CAN_FORK else _alone()
    uvicorn.run(
        app,
        host=host,
        port=int(port),
        timeout_keep_alive=_KEEP_ALIVE,
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
    )


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
