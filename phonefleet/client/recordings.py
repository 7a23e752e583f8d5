"""The calls about recordings: begin and end one, list them, show their screens, say which page a screen is."""

from __future__ import annotations

from urllib.parse import quote

from phonefleet.client.answers import Deleted, RecordedScreen, Recording, RecordingList, RecordingShown
from phonefleet.client.connection import Connection, given


class RecordingCalls:
    """Records the screens of apps."""

    _connection: Connection

    def list_recordings(self) -> RecordingList:
        """Return all recordings: those that are going on or failed first, then the newest."""
        return self._connection.call("GET", "/recordings")

    def start_recording(
        self, serial: str, app: str, *, name: str | None = None, seconds: int | None = None
    ) -> Recording:
        """Record an app while a person uses a phone; it ends by itself after `seconds`, 600 if left out."""
        body = {"serial": serial, "app": app, **given(name=name, seconds=seconds)}
        return self._connection.call("POST", "/recordings", body=body)

    def get_recording(self, name: str) -> RecordingShown:
        """Return a recording with its screens, and which page each is."""
        return self._connection.call("GET", _path(name))

    def stop_recording(self, name: str) -> Recording:
        """End a recording, which then is written."""
        return self._connection.call("POST", f"{_path(name)}/stop")

    def delete_recording(self, name: str) -> Deleted:
        """Delete a recording with its screens, or forget one that has failed."""
        return self._connection.call("DELETE", _path(name))

    def recorded_picture(self, name: str, screen: str) -> bytes:
        """Return the picture of a recorded screen, as PNG or JPEG."""
        return self._connection.fetch(f"{_path(name)}/screens/{quote(screen, safe='')}/picture").content

    def name_page(self, name: str, screen: str, page: str | None) -> RecordedScreen:
        """Say which page a recorded screen is; None takes it back."""
        return self._connection.call("PATCH", f"{_path(name)}/screens/{quote(screen, safe='')}", body={"page": page})


def _path(name: str) -> str:
    return f"/recordings/{quote(name, safe='')}"
