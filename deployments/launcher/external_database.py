"""Prepares the two databases, the ledger's and Prefect's, on a PostgreSQL server that the user names."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from deployments.launcher.database import PREFECT, Databases
from phonefleet.errors import Permanent
from phonefleet.words import say


class DatabaseUnusable(Permanent):
    """The database named by PHONEFLEET_DATABASE_URL cannot be used."""


def external(ledger_url: str, prefect_url: str | None) -> Databases:
    """Return both databases of the user's server; without `prefect_url`, Prefect's is the one named `prefect` there.

    Raises:
        DatabaseUnusable: a URL is invalid, the server does not answer, or a missing database cannot be created.

    """
    ledger = _parse(ledger_url)
    prefect = _parse(prefect_url) if prefect_url else ledger.set(database=PREFECT)
    for url in (ledger, prefect):
        _ensure(url)
    return Databases(_text(ledger, "postgresql+psycopg"), _text(prefect, "postgresql+asyncpg"))


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseUnusable(_FORM) from error
    if url.get_backend_name() not in {"postgresql", "postgres"} or not url.database:
        raise DatabaseUnusable(_FORM)
    return url


_FORM = say(
    "launcher.database_url_must_form_postgresql",
    "The database URL must have the form postgresql://user:password@host:port/database (only PostgreSQL is supported).",
)


def _text(url: URL, driver: str) -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)


def _ensure(url: URL) -> None:
    """Create the database unless it exists."""
    try:
        _connect(url).close()
    except psycopg.OperationalError as error:
        _attempt(lambda: _create(url), url, error)


def _create(url: URL) -> None:
    with _connect(url.set(database="postgres")) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(url.database or "")))


def _attempt(create: Callable[[], None], url: URL, why: psycopg.Error) -> None:
    try:
        create()
    except psycopg.Error as error:
        message = f"The database {url.render_as_string()} cannot be used, and not be made: {why}".strip()
        raise DatabaseUnusable(message) from error


def _connect(url: URL) -> psycopg.Connection:
    return psycopg.connect(_text(url, "postgresql"), connect_timeout=5, autocommit=True)
