"""A test that never ends and has a database: `test_ctrl_c.py` interrupts it."""

from __future__ import annotations

from tests.suite.interrupted.staying import stay


def test_with_a_database(postgres_url: str) -> None:
    assert postgres_url
    stay("database")
