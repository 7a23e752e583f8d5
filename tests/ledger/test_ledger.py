"""The ledger as a whole: its migrations, its time zone, and what happens when its database is away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.tables.base import Base


def test_the_migrations_make_exactly_the_tables_of_the_code(ledger: Ledger, postgres_url: str) -> None:
    ledger.ping()
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_several_processes_may_migrate_at_once(empty_postgres_url: str) -> None:
    def migrate(_: int) -> None:
        with Ledger(empty_postgres_url) as ledger:
            ledger.migrate()
            assert ledger.tasks.count().total == 0

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate, range(3)))


def test_instants_come_back_in_utc(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    task = ledger.tasks.get(ledger.tasks.create([new_task()])[0])
    assert task is not None
    assert task.created_at.utcoffset() == timedelta(0)
    assert task.created_at.astimezone(UTC) == task.created_at


def test_an_unreachable_database_is_our_error() -> None:
    with Ledger("postgresql://nobody@127.0.0.1:1/nothing") as ledger, pytest.raises(LedgerUnreachable):
        ledger.tasks.get(1)


def test_a_plain_url_names_the_same_database(ledger: Ledger, postgres_url: str) -> None:
    ledger.ping()
    with Ledger(postgres_url.replace("postgresql+psycopg", "postgresql")) as other:
        assert other.devices.all() == []
