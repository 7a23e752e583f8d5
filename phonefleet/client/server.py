"""The calls about the server itself."""

from __future__ import annotations

from phonefleet.client.answers import Health, License
from phonefleet.client.connection import Connection, given
from phonefleet.client.fleet_answers import AuditPage


class ServerCalls:
    """Asks the server what it allows, how it is, and who called it."""

    _connection: Connection

    def check_license(self) -> License:
        """Tell what the installation allows."""
        return self._connection.call("GET", "/license/check")

    def is_alive(self) -> Health:
        """Tell that the API answers."""
        return self._connection.call("GET", "/healthz")

    def is_ready(self) -> Health:
        """Tell that its database and Prefect answer too; if not, the error's data says which does not."""
        return self._connection.call("GET", "/readyz")

    def metrics(self) -> str:
        """Return the figures for Prometheus, in its text format."""
        return self._connection.fetch("/metrics").text

    def list_audit(self, *, page: int | None = None, page_size: int | None = None) -> AuditPage:
        """Return one page of the calls that could change something, newest first, refused ones too."""
        return self._connection.call("GET", "/audit", query=given(page=page, page_size=page_size))
