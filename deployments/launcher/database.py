"""The two databases, the ledger's and Prefect's, on the embedded server; external_database.py has the user's own."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import timedelta

from deployments.postgres import EmbeddedPostgres
from phonefleet.words import say

LEDGER = "phonefleet"
PREFECT = "prefect"


@dataclass(frozen=True, slots=True)
class Databases:
    """URLs for SQLAlchemy, with passwords: the ledger's for psycopg, Prefect's for asyncpg."""

    ledger: str
    prefect: str


class DatabaseService:
    """The embedded server, as a service for the supervisor."""

    name = "postgres"
    patience = timedelta(seconds=60)
    order: int = signal.SIGINT

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def start(self) -> int:
        """Start the server, or attach to one that outlived its launcher, and wait until it is ready."""
        self._server.start()
        process = self._server.process()
        return process.pid if process else 0

    def alive(self) -> bool:
        """Tell whether the server runs."""
        return self._server.process() is not None

    def ready(self) -> bool:
        """Tell whether it accepts connections."""
        return self._server.ready()

    def ask_to_stop(self) -> None:
        """Ask it to close its connections and end."""
        self._server.ask_to_stop()

    def kill(self) -> None:
        """Stop it within seconds if it still runs; PostgreSQL may then have to recover at its next start."""
        self._server.stop(timedelta(seconds=2))

    def log_excerpt(self) -> str:
        """Return the end of the log and where it is."""
        return say(
            "launcher.see",
            "see {log}\n{log_tail}",
            log=self._server.cluster.log,
            log_tail=self._server.cluster.log_tail(),
        )


def embedded(server: EmbeddedPostgres) -> Databases:
    """Return both databases of a running embedded server; they are created if missing."""
    for name in (LEDGER, PREFECT):
        server.ensure_database(name)
    return databases_of(server)


def databases_of(server: EmbeddedPostgres) -> Databases:
    """Return where both databases of an embedded server are, or will be once it has started."""
    return Databases(server.url(LEDGER), server.url(PREFECT, driver="postgresql+asyncpg"))
