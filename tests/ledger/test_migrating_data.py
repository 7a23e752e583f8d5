"""What stood in the tables before a migration is there after it."""

from __future__ import annotations

from pathlib import Path

import alembic.command
from alembic.config import Config
from sqlalchemy import create_engine, text

import phonefleet.ledger
from phonefleet.ledger import Ledger


def _upgrade(url: str, revision: str, *statements: str) -> None:
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(phonefleet.ledger.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_accounts_that_differ_in_case_become_one_and_quarantines_stay(empty_postgres_url: str) -> None:
    _upgrade(
        empty_postgres_url,
        "0001",
        "INSERT INTO accounts (app, username, serial, tags) VALUES ('sample', 'Shop', 's1', '{vip}'),"
        " ('sample', 'SHOP', 's2', '{}'), ('other', 'shop', 's1', '{}'), ('sample', 'studio', 's1', '{}')",
        "INSERT INTO devices (serial, host, state, first_seen, last_seen, quarantine_reason)"
        " VALUES ('s1', 'host', 'device', now(), now(), 'frozen'), ('s2', 'host', 'device', now(), now(), NULL)",
    )
    with Ledger(empty_postgres_url, pool_size=1) as ledger:
        ledger.migrate()
        shops = ledger.accounts.matching(["shop", "studio"])
        assert [(account.app, account.username, account.tags) for account in shops] == [
            ("sample", "Shop", ["vip"]),
            ("other", "shop", []),
            ("sample", "studio", []),
        ]
        [resting] = ledger.devices.barred("host")
        assert (resting.serial, resting.quarantined_by, resting.quarantine_reason) == ("s1", "worker", "frozen")
        assert resting.quarantined_since == resting.last_seen
