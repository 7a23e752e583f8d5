"""The connections to PostgreSQL: the pool, sessions that read or write, and the translation of lost connections."""

from __future__ import annotations

import select
import sys
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, ExceptionContext, PoolProxiedConnection, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import LedgerUnreachable

_TRUSTED = timedelta(seconds=1)
"""A connection that was used within this time is lent without a check."""

_HEARD_CLOSING: Final = timedelta(seconds=30)
"""One that was used within this time is asked with `SELECT 1` only if something has come from the server, such as the
end of the connection: asking costs a round trip."""


KEEPALIVE: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""TCP keepalive of libpq, in seconds: notices a server that vanished without closing its connections."""


class Pool(QueuePool):
    """A connection pool that raises `LedgerUnreachable` when no connection becomes free in time."""

    def connect(self) -> PoolProxiedConnection:
        """Lend a connection. Raises `LedgerUnreachable`."""
        try:
            return super().connect()
        except NoneFree as error:
            raise LedgerUnreachable from error


class Sessions(sessionmaker[Session]):
    """Database sessions: a plain call opens one that only reads (autocommit), `begin()` one in a transaction.

    with sessions.begin() as session:
        session.execute(...)
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)
        self._writing = sessionmaker(engine, expire_on_commit=False)

    def begin(self) -> AbstractContextManager[Session]:
        """Open a session in a transaction that is committed at its end."""
        return self._writing.begin()


def open_engine(url: str, pool_size: int) -> Engine:
    """Return an engine whose sessions use UTC; a plain `postgresql://` URL is accepted too."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        poolclass=Pool,
        pool_size=pool_size,
        pool_use_lifo=True,  # the connection that was used last needs no check, and the others can rest
        connect_args={**KEEPALIVE, "options": "-c timezone=UTC"},
    )
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "checkout", _check)
    event.listen(engine, "checkin", _used)
    return engine


def _translate(context: ExceptionContext) -> LedgerUnreachable | None:
    """Translate SQLAlchemy's errors of a lost database into `LedgerUnreachable`."""
    lost = isinstance(context.sqlalchemy_exception, OperationalError | InterfaceError)
    return LedgerUnreachable() if lost else None


def _used(_: object, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _check(connection: psycopg.Connection[Any], record: Any, _: object) -> None:
    """Check a connection before it is lent; one that was closed while it was idle is replaced."""
    unused = time.monotonic() - record.info.get("used_at", time.monotonic())
    if unused < _TRUSTED.total_seconds() or (unused < _HEARD_CLOSING.total_seconds() and _is_silent(connection)):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _is_silent(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether nothing has come from the server since the connection was used."""
    if (
        connection.closed or sys.platform == "win32"
    ):  # which has no `poll`, and `select` takes only low numbers of files
        return False
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return not waiting.poll(0)
