"""Migrated databases that are used again: to empty one costs a tenth of copying one and dropping it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from uuid import uuid4

import psycopg
from psycopg import sql

from deployments.postgres import EmbeddedPostgres

_FUNCTION = sql.SQL(
    "CREATE FUNCTION pg_temp.make_empty() RETURNS void LANGUAGE plpgsql AS $empty$ BEGIN {}; END $empty$"
)
"""It keeps the plans of its statements for as long as the connection lasts."""
_KEPT = ("alembic_version", "ledger")
"""Tables whose rows come from the migrations."""
_PARTED = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
_QUIETLY = sql.SQL("SET LOCAL session_replication_role = replica")
"""Keeps triggers from telling listeners, and foreign keys from asking for an order."""
_ANOTHER_NAME = "UPDATE ledger SET id = left(replace(gen_random_uuid()::text, '-', ''), 10)"
"""Makes another ledger of a copy: Prefect's runs bear the name of theirs."""


class Databases:
    """Copies of the database `template` of one server."""

    def __init__(self, server: EmbeddedPostgres, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._emptiers: dict[str, psycopg.Connection] = {}

    @contextmanager
    def lend(self) -> Generator[str]:
        """Give the URL of a database that nobody else uses, without any rows."""
        name = self._free.pop() if self._free else self._copy()
        try:
            yield self._server.url(name)
        finally:
            self._take_back(name)

    def _copy(self) -> str:
        name = f"test_{uuid4().hex}"
        self._server.ensure_database(name, self._template)
        with psycopg.connect(_plain(self._server.url(name))) as connection:
            connection.execute(_ANOTHER_NAME)
        return name

    def _take_back(self, name: str) -> None:
        try:
            self.empty(self._server.url(name))
        except psycopg.Error:  # its tables are not those of the template any more
            self._forget(self._server.url(name))
            self._server.drop_database(name)
        else:
            self._free.append(name)

    def empty(self, url: str, *, alone: bool = True) -> None:
        """Make the database like a new copy; `alone` ends all connections that are left to it."""
        try:
            self._empty(url, alone=alone)
        except psycopg.OperationalError:  # a test has ended all connections, or the server
            self._forget(url)
            self._empty(url, alone=alone)

    def _empty(self, url: str, *, alone: bool) -> None:
        connection = self._emptier(url)
        if alone:
            connection.execute(_PARTED, [connection.info.dbname])
        connection.execute("SELECT pg_temp.make_empty()")

    def _emptier(self, url: str) -> psycopg.Connection:
        """Return a connection that stays: to know all tables again costs a new one ten times what it has to do."""
        if url not in self._emptiers:
            connection = psycopg.connect(_plain(url), autocommit=True)
            connection.execute(_FUNCTION.format(self._emptying))
            self._emptiers[url] = connection
        return self._emptiers[url]

    def _forget(self, url: str) -> None:
        if url in self._emptiers:
            self._emptiers.pop(url).close()

    def close(self) -> None:
        """Close the connections that have stayed."""
        for url in list(self._emptiers):
            self._forget(url)

    @cached_property
    def _emptying(self) -> sql.Composed:
        """Statements that delete all rows without telling triggers, and let numbers begin with 1 again."""
        with psycopg.connect(_plain(self._server.url(self._template))) as connection:
            tables = _tables(connection)
            sequences = [name for (name,) in connection.execute(_SEQUENCES)]
        return sql.SQL(";").join(
            [
                _QUIETLY,
                *(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables),
                *(sql.SQL("PERFORM setval({}, 1, false)").format(name) for name in sequences),
                sql.SQL(_ANOTHER_NAME),
            ]
        )


class Picture:
    """The rows that a migrated database holds now, brought back in one statement; numbers go on."""

    def __init__(self, url: str) -> None:
        self._url = _plain(url)
        with psycopg.connect(self._url) as connection:
            tables = _tables(connection)
            connection.execute("CREATE SCHEMA picture")
            for name in tables:
                copy = sql.SQL("CREATE TABLE picture.{0} AS TABLE public.{0}").format(sql.Identifier(name))
                connection.execute(copy)
            filled = [name for name in tables if _has_rows(connection, name)]
        back = sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM picture.{0}")
        self._restoring = sql.SQL(";").join(
            [
                _QUIETLY,
                *(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(name)) for name in tables),
                *(back.format(sql.Identifier(name)) for name in filled),
            ]
        )

    def restore(self) -> None:
        """Delete all rows and put those of the picture in their place."""
        with psycopg.connect(self._url) as connection:
            connection.execute(self._restoring)

    def drop(self) -> None:
        """Take the picture out of the database, which others use afterwards."""
        with psycopg.connect(self._url) as connection:
            connection.execute("DROP SCHEMA picture CASCADE")


@contextmanager
def taken(url: str) -> Generator[Picture]:
    """Take a picture of a database for the time of the block."""
    picture = Picture(url)
    try:
        yield picture
    finally:
        picture.drop()


def _tables(connection: psycopg.Connection) -> list[str]:
    """Return the tables, tasks first: whoever changes a task and what belongs to it locks the task first."""
    names = [name for (name,) in connection.execute(_TABLES, [list(_KEPT)])]
    return sorted(names, key=lambda name: name != "tasks")


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    return connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).rowcount > 0


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")
