"""The calls about joined hosts: which computers' phones belong to the fleet."""

from __future__ import annotations

from urllib.parse import quote

from phonefleet.client.answers import HostList, HostRemoved, HostWithToken
from phonefleet.client.connection import Connection


class HostCalls:
    """Adds, lists and removes joined hosts."""

    _connection: Connection

    def list_hosts(self) -> HostList:
        """Return the joined hosts, by name."""
        return self._connection.call("GET", "/hosts")

    def add_host(self, name: str) -> HostWithToken:
        """Add a host; the answer holds the token, which is shown this once."""
        return self._connection.call("POST", "/hosts", body={"name": name})

    def remove_host(self, name: str) -> HostRemoved:
        """Remove a host; its token ends at once."""
        return self._connection.call("DELETE", f"/hosts/{quote(name, safe='')}")
