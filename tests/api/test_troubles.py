"""What callers see when the API itself is in trouble."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from phonefleet.ledger import Ledger, NewTask
from phonefleet.scripts.script import UnknownConfig

Call = Callable[..., httpx.Response]
BODY = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}


@pytest.fixture
def private_api(open_api: Callable[..., Call], breakable_postgres_url: str) -> Call:
    """An API whose database this test alone uses, and may break."""
    return open_api(database_url=SecretStr(breakable_postgres_url))


@contextmanager
def closed(url: str) -> Generator[None]:
    """Close a database to everybody for a while, as a server that is restarted does."""
    server, _, name = url.replace("+psycopg", "").rpartition("/")
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        connection.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


def test_a_database_that_is_away_is_told_and_missed_only_while_it_is(
    private_api: Call, breakable_postgres_url: str
) -> None:
    with closed(breakable_postgres_url):
        for method, path in (("GET", "/task"), ("POST", "/task"), ("GET", "/task/1"), ("GET", "/devices")):
            answer = private_api(method, path, json=BODY if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (503, 50301)
        assert private_api("GET", "/readyz").json()["data"]["database"] is False
        assert private_api("GET", "/healthz").json()["code"] == 0
    assert private_api("GET", "/task").json()["code"] == 0


def test_an_error_that_nobody_expected_shows_no_traceback(private_api: Call, breakable_postgres_url: str) -> None:
    now = datetime.now(UTC)
    with Ledger(breakable_postgres_url, pool_size=1) as ledger:
        (task_id,) = ledger.tasks.create([NewTask("follow", UnknownConfig(), "phone-1", "sample", now, now)])
    with psycopg.connect(breakable_postgres_url.replace("+psycopg", "")) as connection:
        connection.execute("DROP TABLE actions")
    answer = private_api("GET", f"/task/{task_id}")
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (500, 50001, None)
    assert "actions" not in answer.text
