"""A real PostgreSQL from a wheel: found, set up, started, watched and stopped without installing anything.

It knows nothing of Prefect or of the ledger: it serves empty databases by name.
"""

from deployments.postgres.account import PostgresError
from deployments.postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "PostgresError"]
