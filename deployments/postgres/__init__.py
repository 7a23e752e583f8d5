"""An embedded PostgreSQL server from a wheel, which needs no installation.

    server = EmbeddedPostgres(Path("data/postgres"))
    server.start()
    server.ensure_database("ledger")
    url = server.url("ledger")
    server.stop()

It knows nothing of Prefect or of the ledger: it serves databases by name.
"""

from deployments.postgres.server import EmbeddedPostgres
from deployments.postgres.system_user import PostgresError

__all__ = ["EmbeddedPostgres", "PostgresError"]
