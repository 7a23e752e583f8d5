"""What stood in the tables before a migration is there after it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import alembic.command
from alembic.config import Config
from sqlalchemy import create_engine, text

import phonefleet.ledger
from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger, TaskFilter
from phonefleet.ledger.fleet.addresses import AddressSeen
from tests.listed import counts_of, page_of


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


def test_phones_of_before_keep_all_that_they_have_when_they_say_what_they_are(empty_postgres_url: str) -> None:
    _upgrade(
        empty_postgres_url,
        "0018",
        "INSERT INTO devices (serial, alias, host, state, first_seen, last_seen, quarantine_reason, quarantined_by,"
        " quarantined_since)"
        " VALUES ('10.0.0.1:5555', 'front', 'desk', 'device', now(), now(), 'rests', 'person', now()),"
        " ('HT7A1', 'back', 'desk', 'device', now(), now(), NULL, NULL, NULL)",
        "INSERT INTO accounts (app, username, serial, hold_reason, held_since)"
        " VALUES ('sample', 'anna', '10.0.0.1:5555', 'blocked', now()), ('sample', 'ben', 'HT7A1', NULL, NULL)",
        "INSERT INTO tasks (script_name, script_config, serial, app, source, created_at, scheduled_for, campaign_id)"
        " SELECT 'follow', '{}', serial, 'sample', 'campaign', now(), now(), 7 FROM devices",
        "INSERT INTO outbox (task_id, serial, scheduled_for) SELECT id, serial, scheduled_for FROM tasks",
        "INSERT INTO verifications (serial, app, app_version, selector, fingerprint, verified_at)"
        " SELECT serial, 'sample', '2.0.1', 'follow', 'f', now() FROM devices",
        "INSERT INTO renames (task_id, app, serial, before, candidates)"
        " SELECT id, 'sample', serial, 'anna', '{anna2}' FROM tasks",
        "INSERT INTO announcements (kind, subject, since) VALUES ('device', '10.0.0.1:5555', now())",
    )
    with Ledger(empty_postgres_url, pool_size=1) as ledger:
        ledger.migrate()
        assert ledger.devices.resolve(["10.0.0.1:5555", "front", "back"])["front"] == "10.0.0.1:5555"
        ledger.devices.record_address(AddressSeen("10.0.0.1:5555", "device", "desk", Hardware("R58M12FRONT", "f1")))
        ledger.devices.record_address(AddressSeen("HT7A1", "device", "desk", Hardware("HT7A1", "b2")))
        names = {"10.0.0.1:5555": "R58M12FRONT", "front": "R58M12FRONT", "back": "HT7A1"}
        assert ledger.devices.resolve(list(names)) == names
        both = ["HT7A1", "R58M12FRONT"]
        assert [(device.serial, device.quarantine_reason) for device in ledger.devices.all()] == [
            ("HT7A1", None),
            ("R58M12FRONT", "rests"),
        ]
        assert sorted(task.serial for task in page_of(ledger, TaskFilter(campaign_id=7)).items) == both
        assert counts_of(ledger, "serial").keys() == set(both)
        assert sorted(row.serial for row in ledger.outbox.due(5)) == both
        accounts = ledger.accounts.matching(["anna", "ben"])
        assert [(one.serial, one.hold_reason) for one in accounts] == [("R58M12FRONT", "blocked"), ("HT7A1", None)]
        assert [one.serial for one in ledger.verifications.of_app("sample")] == both
        assert [one.before for one in ledger.renames.unfinished("R58M12FRONT", "sample")] == ["anna"]
        assert [one.kind for one in ledger.announcements.due(datetime.now(UTC))] == ["account"]
