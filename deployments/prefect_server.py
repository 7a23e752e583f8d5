"""How our Prefect server is started, and what its clients must have in their environment to use it.

Nothing of the user's own Prefect reaches ours: no profile, no API address, no database. Only the settings of the
server's services and of logging are taken from the environment.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

KEPT = ("PREFECT_SERVER_SERVICES_", "PREFECT_SERVER_LOGGING_", "PREFECT_LOGGING_")
"""Settings that people may give to our server and its clients."""

SERVICES_OFF = (
    # It would move every run that waits its turn on a busy phone to Late, one database write each.
    "LATE_RUNS",
)
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
}


LOOPBACK = "127.0.0.1"

BOUND_TO = "PHONEFLEET_PREFECT_HOST"
"""Tells the server's process which address it listens on; Prefect's own setting is where clients reach it."""


def api_url(port: int, address: str = LOOPBACK) -> str:
    """Return the address of the server's API."""
    return f"{ui_url(port, address)}/api"


def ui_url(port: int, address: str = LOOPBACK) -> str:
    """Return the address that people open."""
    return f"http://{f'[{address}]' if ':' in address else address}:{port}"


def server_command(port: int, host: str = LOOPBACK) -> list[str]:
    """Return the command that serves Prefect's API and UI, by default on loopback."""
    return [
        sys.executable, "-m", "uvicorn", "--factory", "deployments.prefect_app:create_app",
        "--host", host, "--port", str(port), "--timeout-keep-alive", "30",
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip


def server_environment(  # noqa: PLR0913, PLR0917 - where it is, what it keeps and who may call
    home: Path,
    database_url: str,
    port: int,
    inherited: Mapping[str, str],
    address: str = LOOPBACK,
    auth: str | None = None,
    bound_to: str = LOOPBACK,
) -> dict[str, str]:
    """Return the server's whole environment; `database_url` is of the form `postgresql+asyncpg://…`.

    `auth` is the user:password that every call must bring, `bound_to` the address that the server listens on. Pages of
    other sites may call it in no case.
    """
    services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in SERVICES_OFF}
    return {
        **services,
        **client_environment(home, port, inherited, address, auth),
        **({"PREFECT_SERVER_API_AUTH_STRING": auth} if auth else {}),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "20",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "30",
        "PREFECT_SERVER_API_HOST": address,
        "PREFECT_SERVER_API_PORT": str(port),
        # From elsewhere people open it by a name that only they know: the UI then asks the server it came from.
        "PREFECT_SERVER_UI_API_URL": "/api",
        BOUND_TO: bound_to,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ui_url(port, address),
        "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "true",
    }


def client_environment(
    home: Path, port: int, inherited: Mapping[str, str], address: str = LOOPBACK, auth: str | None = None
) -> dict[str, str]:
    """Return the whole environment of a process that talks to the server on `port`."""
    return environment_of_clients(home, api_url(port, address), ui_url(port, address), inherited, auth)


def environment_of_clients(
    home: Path, api: str, ui: str, inherited: Mapping[str, str], auth: str | None
) -> dict[str, str]:
    """Return the whole environment of a process that talks to the server at these addresses."""
    kept = {key: value for key, value in inherited.items() if not key.startswith("PREFECT_") or key.startswith(KEPT)}
    return {
        **kept,
        **QUIET,
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_UI_URL": ui,
        **({"PREFECT_API_AUTH_STRING": auth} if auth else {}),
    }


def is_ready(port: int, address: str = LOOPBACK) -> bool:
    """Tell whether the server answers now; this it tells without a password."""
    try:
        # While the server loads, nobody listens: that costs far less to see than a client of HTTP costs to make.
        socket.create_connection((address, port), timeout=1).close()
        return httpx.get(f"{api_url(port, address)}/health", timeout=1, trust_env=False).is_success
    except (OSError, httpx.HTTPError):
        return False
