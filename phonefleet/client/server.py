"""The calls about the server itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from phonefleet.client.answers import AuditEntry, AuditPage, Health, License, Readiness, Report, SentReport
from phonefleet.client.connection import Connection, given
from phonefleet.client.events import Event, events_in
from phonefleet.client.paging import items_of_pages


class ServerCalls:
    """Asks the server what it allows, how it is, and who called it."""

    _connection: Connection

    def check_license(self) -> License:
        """Tell what the installation allows."""
        return self._connection.call("GET", "/license/check")

    def is_alive(self) -> Health:
        """Tell that the API answers."""
        return self._connection.call("GET", "/healthz")

    def is_ready(self) -> Readiness:
        """Tell that its database and Prefect answer too; if not, the error's data says which does not.

        `remark` of the answer says what else keeps all tasks from starting, such as a dead worker.
        """
        return self._connection.call("GET", "/readyz")

    def metrics(self) -> str:
        """Return the figures for Prometheus, in its text format."""
        return self._connection.fetch("/metrics").text

    def list_audit(self, *, page: int | None = None, page_size: int | None = None) -> AuditPage:
        """Return one page of the calls that could change something, newest first, refused ones too."""
        return self._connection.call("GET", "/audit", query=given(page=page, page_size=page_size))

    def iter_audit(self) -> Iterator[AuditEntry]:
        """Yield all calls that could change something, newest first."""
        return items_of_pages(
            lambda page, size: self.list_audit(page=page, page_size=size),
            lambda found: found["entries"],
            lambda entry: entry["id"],
        )

    def get_report(self, hours: int | None = None) -> Report:
        """Return what was done in the last hours (24 if not given), what failed, and what waits for a person."""
        return self._connection.call("GET", "/report", query=given(hours=hours))

    def send_report(self, hours: int | None = None) -> SentReport:
        """Send the report now to where the daily one goes."""
        return self._connection.call("POST", "/report/send", query=given(hours=hours))

    def events(
        self, *, task_id: int | None = None, serial: str | None = None, silence: timedelta = timedelta(minutes=1)
    ) -> Iterator[Event]:
        """Yield what changes from now on, of all tasks and phones or of one, as it happens.

        Kinds are `ready` (what changed before is not told: list it), `task` and `device` (as they are now, or
        `{"id" or "serial": …, "deleted": true}`), and `tasks` (so many new ones, from `first_id` to `last_id`).

        Raises:
            ApiUnreachable: the connection broke, or nothing came for as long as `silence`, not even a sign of life.

        """
        with self._connection.lines("/events", query=given(task_id=task_id, serial=serial), silence=silence) as lines:
            yield from events_in(lines)
