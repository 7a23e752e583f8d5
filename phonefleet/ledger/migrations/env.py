"""Runs the migrations on the connection that the ledger hands over."""

from __future__ import annotations

from alembic import context

from phonefleet.ledger.tables.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
