"""How the ledger talks to PostgreSQL: its connections, which of them read and which write, and the loss of them all."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, ExceptionContext, PoolProxiedConnection, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import LedgerUnreachable

_TRUSTED = timedelta(seconds=1)
"""A connection that worked so short a time ago is not asked whether it still does, which costs a round trip."""


KEEPALIVE: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""In seconds: a server that vanished without a word is noticed too."""


class Pool(QueuePool):
    """Connections that are lent; while none comes free for too long, the database is away for whoever asks."""

    def connect(self) -> PoolProxiedConnection:
        """Lend a connection. Raises `LedgerUnreachable`."""
        try:
            return super().connect()
        except NoneFree as error:
            raise LedgerUnreachable from error


class Sessions(sessionmaker[Session]):
    """`begin()` opens a transaction; a plain call opens a session that only reads, without BEGIN and ROLLBACK."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)
        self._writing = sessionmaker(engine, expire_on_commit=False)

    def begin(self) -> AbstractContextManager[Session]:
        """Open a session in a transaction that is committed at its end."""
        return self._writing.begin()


def open_engine(url: str, pool_size: int) -> Engine:
    """Return an engine whose sessions live in UTC; a plain `postgresql://` URL is accepted too."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=Pool,
        pool_size=pool_size,
        connect_args={**KEEPALIVE, "options": "-c timezone=UTC"},
    )
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "checkout", _check)
    event.listen(engine, "checkin", _used)
    return engine


def _translate(context: ExceptionContext) -> LedgerUnreachable | None:
    """Turn the loss of the database into our error, once, here."""
    lost = isinstance(context.sqlalchemy_exception, OperationalError | InterfaceError)
    return LedgerUnreachable() if lost else None


def _used(_: object, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _check(connection: psycopg.Connection[Any], record: Any, _: object) -> None:
    """Replace connections that the database has closed while nobody used them."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < _TRUSTED.total_seconds():
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error
