"""The calls about app profiles: what was seen to work of them, phone by phone."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from phonefleet.client.answers import Deleted, VerificationList
from phonefleet.client.connection import Connection, given


class VerificationCalls:
    """Lists, records and takes back which selectors of an app profile were seen to work."""

    _connection: Connection

    def list_verifications(self, app: str, *, serial: str | None = None) -> VerificationList:
        """Return the selectors of an app profile that were seen to work, on one phone or on all."""
        return self._connection.call("GET", _path(app), query=given(serial=serial))

    def record_verifications(
        self, app: str, *, serial: str, app_version: str, fingerprints: Mapping[str, str]
    ) -> VerificationList:
        """Record that selectors, by name with their fingerprints, find something; return all records of the phone."""
        body = {"serial": serial, "app_version": app_version, "fingerprints": dict(fingerprints)}
        return self._connection.call("PUT", _path(app), body=body)

    def forget_verifications(self, app: str, serial: str) -> Deleted:
        """Take back what was recorded of an app profile on a phone."""
        return self._connection.call("DELETE", _path(app), query={"serial": serial})


def _path(app: str) -> str:
    return f"/apps/{quote(app, safe='')}/verifications"
