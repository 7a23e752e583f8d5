"""The command and the environment of our Prefect server, and the environment of its clients.

It is isolated from the user's own Prefect: profile, API address and database of that are not inherited. Only settings
of the server's services and of logging are taken from the environment.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from phonefleet.client.transport import Transport, Unreachable
from phonefleet.public_url import PublicUrl
from phonefleet.settings import HISTORY_KEPT
from phonefleet.tls.files import TlsFiles

KEPT_PREFIXES = ("PREFECT_SERVER_SERVICES_", "PREFECT_SERVER_LOGGING_", "PREFECT_LOGGING_")
"""Prefixes of the PREFECT_ settings that our server and its clients inherit."""

SERVICES_OFF = (
    # It would set every run that waits for a busy phone to Late, with a database write for each.
    "LATE_RUNS",
)
BATCHES = {
    # One transaction for each event costs more than what it writes. What is not written yet when the server is killed
    # is missing in the event feed and in the picture of a run's steps; states of runs are written at once in any case.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    # Whole seconds: Prefect cuts the rest off, and with 0 it would look without a pause (findings/).
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # How long a run may be paused is looked at as often; nothing of ours pauses runs.
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": "30",
}
"""How much Prefect's services do at once, and how often, unless the environment says otherwise."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
}


AT_ONCE: Final = 8
"""How many requests the server works on at once: it is one thread, and each takes a connection of the database."""

_VACUUM = "PREFECT_SERVER_SERVICES_DB_VACUUM"
_EVENTS_KEPT = timedelta(days=7)
"""How long Prefect keeps events unless it is told otherwise."""

LOOPBACK = "127.0.0.1"
UNCOMPRESSED = '{"Accept-Encoding": "identity"}'
"""Headers, as JSON, of requests within this computer, where compressing an answer costs more than sending it."""

_HEALTH_TIMEOUT = timedelta(seconds=1)

BOUND_TO = "PHONEFLEET_PREFECT_HOST"
"""The variable with the address that the server listens on; Prefect's own setting is the one that clients use."""

AWAITS_DATABASE = "PHONEFLEET_PREFECT_AWAITS_DATABASE"
"""The variable that says that the database starts at the same time, so that the server waits for it."""

PROCESSES = "PHONEFLEET_PREFECT_PROCESSES"
"""The variable with the number of processes that serve Prefect's API; more than one need Redis."""

KNOWS_HOSTS = "PHONEFLEET_PREFECT_KNOWS_HOSTS"
"""The variable with the address of the API, on this computer, which knows the tokens of joined hosts."""

PUBLIC = "PHONEFLEET_PREFECT_UI_URL"
"""The variable with the address at which others open the UI, through a reverse proxy."""


def api_url(port: int, address: str = LOOPBACK) -> str:
    """Return the address of the server's API."""
    return f"{ui_url(port, address)}/api"


def ui_url(port: int, address: str = LOOPBACK) -> str:
    """Return the address that people open."""
    return f"http://{f'[{address}]' if ':' in address else address}:{port}"


def server_command(
    port: int, host: str = LOOPBACK, tls: TlsFiles | None = None, local_port: int | None = None
) -> list[str]:
    """Return the command that serves Prefect's API and UI, by default on loopback.

    With `tls` it serves others over TLS, and programs of this computer without it at `local_port`.
    """
    encrypted = [] if tls is None else [str(tls.certificate), str(tls.key), *([str(local_port)] if local_port else [])]
    return [sys.executable, "-m", "deployments.prefect_serving", host, str(port), *encrypted]


def server_environment(  # noqa: PLR0913, PLR0917 - where it is, what it keeps and who may call
    home: Path,
    database_url: str,
    port: int,
    inherited: Mapping[str, str],
    address: str = LOOPBACK,
    auth: str | None = None,
    bound_to: str = LOOPBACK,
    kept: timedelta | None = HISTORY_KEPT,
    public: PublicUrl | None = None,
) -> dict[str, str]:
    """Return the server's whole environment; `database_url` has the form `postgresql+asyncpg://…`.

    `auth` is the user:password that every call must send, `address` the host that clients use, `bound_to` the address
    that the server listens on, `kept` how long ended runs are kept, None for ever, `public` where others open the UI.
    """
    services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in SERVICES_OFF}
    return {
        **services,
        **BATCHES,
        **_retention(kept),
        **client_environment(home, port, inherited, address, auth, public),
        **({"PREFECT_SERVER_API_AUTH_STRING": auth} if auth else {}),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
        # Each connection keeps its own plans of all statements, some 10 MB: those beyond the first are closed again.
        # They are for the server's own services; requests take turns.
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": str(AT_ONCE),
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "22",
        "PREFECT_SERVER_API_HOST": address,
        "PREFECT_SERVER_API_PORT": str(port),
        # A relative URL, because people may open the UI under a name of this machine that we do not know.
        "PREFECT_SERVER_UI_API_URL": "/api",
        BOUND_TO: bound_to,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ui_url(port, address),
        "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "true",
        **(_for_proxy(home, public) if public else {}),
    }


def behind_redis(url: str) -> dict[str, str]:
    """Return the settings by which several processes of Prefect's server share events and leases.

    Each keeps its background jobs to itself: in one queue for all, processes without Prefect's services would take the
    services' jobs out of it, and drop them as unknown.
    """
    return {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": url,
    }


def _retention(kept: timedelta | None) -> dict[str, str]:
    """Return the settings by which Prefect deletes ended runs with their logs and artifacts, and its events.

    Events go after a week in any case, which is Prefect's default. A small batch holds up other calls for less time.
    """
    if kept is None:
        return {}
    seconds = int(kept.total_seconds())
    return {
        f"{_VACUUM}_ENABLED": "events,flow_runs",
        f"{_VACUUM}_RETENTION_PERIOD": str(seconds),
        f"{_VACUUM}_BATCH_SIZE": "50",
        **({"PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"PT{seconds}S"} if kept < _EVENTS_KEPT else {}),
    }


def _for_proxy(home: Path, public: PublicUrl) -> dict[str, str]:
    """Return the settings of a server whose UI stands at a public address.

    The UI's files hold the path that they are served from. By default they lie in the installed package, which other
    data folders use too, so these get a folder of their own.
    """
    return {
        "PREFECT_SERVER_UI_SERVE_BASE": public.path or "/",
        "PREFECT_SERVER_UI_API_URL": f"{public.path}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "prefect" / "ui"),
        PUBLIC: str(public),
    }


def client_environment(  # noqa: PLR0913, PLR0917 - as above
    home: Path,
    port: int,
    inherited: Mapping[str, str],
    address: str = LOOPBACK,
    auth: str | None = None,
    public: PublicUrl | None = None,
) -> dict[str, str]:
    """Return the whole environment of a process that talks to the server on `port`."""
    ui = str(public) if public else ui_url(port, address)
    return environment_of_clients(home, api_url(port, address), ui, inherited, auth)


def environment_of_clients(
    home: Path, api: str, ui: str, inherited: Mapping[str, str], auth: str | None
) -> dict[str, str]:
    """Return the whole environment of a process that talks to the server at these addresses."""
    kept = {
        key: value
        for key, value in inherited.items()
        if not key.startswith("PREFECT_") or key.startswith(KEPT_PREFIXES)
    }
    return {
        **kept,
        **QUIET,
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_UI_URL": ui,
        **({"PREFECT_CLIENT_CUSTOM_HEADERS": UNCOMPRESSED} if api.startswith(f"http://{LOOPBACK}:") else {}),
        **({"PREFECT_API_AUTH_STRING": auth} if auth else {}),
    }


def is_ready(port: int, address: str = LOOPBACK) -> bool:
    """Tell whether the server's health check answers; it needs no password."""
    try:
        with closing(Transport(api_url(port, address), {}, _HEALTH_TIMEOUT)) as http:
            return http.request("GET", "/health").is_success
    except Unreachable:
        return False
