"""The calls about persons: who may use the server, and who calls."""

from __future__ import annotations

from urllib.parse import quote

from phonefleet.client.answers import KnownPerson, Me, PersonList, PersonRemoved, PersonWithToken, Role, SessionEnded
from phonefleet.client.connection import Connection


class PersonCalls:
    """Adds, lists, changes and removes persons, and tells who calls."""

    _connection: Connection

    def who_calls(self) -> Me:
        """Tell who the server takes this client for."""
        return self._connection.call("GET", "/me")

    def list_persons(self) -> PersonList:
        """Return everybody who has a token, by name."""
        return self._connection.call("GET", "/persons")

    def add_person(self, name: str, role: Role) -> PersonWithToken:
        """Add a person; the answer holds the token, which is shown this once."""
        return self._connection.call("POST", "/persons", body={"name": name, "role": role})

    def change_person(self, name: str, role: Role) -> KnownPerson:
        """Give a person another role, which holds from the next call on."""
        return self._connection.call("PATCH", _path(name), body={"role": role})

    def replace_person_token(self, name: str) -> PersonWithToken:
        """Draw another token for a person; the old one ends at once, and all logins in browsers."""
        return self._connection.call("POST", f"{_path(name)}/token")

    def remove_person(self, name: str) -> PersonRemoved:
        """Remove a person; token and logins end at once."""
        return self._connection.call("DELETE", _path(name))

    def begin_session(self, token: str) -> Me:
        """Log in as a browser does: the cookie stays with this client, and counts only for pages of the server."""
        return self._connection.call("POST", "/session", body={"token": token})

    def end_session(self) -> SessionEnded:
        """Log out as a browser does."""
        return self._connection.call("DELETE", "/session")


def _path(name: str) -> str:
    return f"/persons/{quote(name, safe='')}"
