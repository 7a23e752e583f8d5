"""The calls about app profiles and recordings: record screens, try rules, change profiles, compare versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from phonefleet.client.answers import (
    Change,
    Comparison,
    Deleted,
    Installed,
    ProfileList,
    ProfileShown,
    RecordedScreen,
    Recording,
    RecordingList,
    RecordingShown,
    Rules,
    ScreenRead,
)
from phonefleet.client.connection import Connection, given

Fields = Mapping[str, Any]
"""A part of a body, with the names that the API's document gives."""


class WorkshopCalls:
    """Records the screens of apps, tells what profiles make of them, and changes profiles."""

    _connection: Connection

    def list_recordings(self) -> RecordingList:
        """Return all recordings: those that are going on or failed first, then the newest."""
        return self._connection.call("GET", "/recordings")

    def start_recording(
        self, serial: str, app: str, *, name: str | None = None, seconds: int | None = None
    ) -> Recording:
        """Record the screens of an app while a person uses a phone."""
        body = given(serial=serial, app=app, name=name, seconds=seconds)
        return self._connection.call("POST", "/recordings", body=body)

    def get_recording(self, name: str) -> RecordingShown:
        """Return a recording with its screens."""
        return self._connection.call("GET", _recording(name))

    def stop_recording(self, name: str) -> Recording:
        """End a recording, which then is written."""
        return self._connection.call("POST", f"{_recording(name)}/stop")

    def delete_recording(self, name: str) -> Deleted:
        """Delete a recording with its screens, or forget one that has failed."""
        return self._connection.call("DELETE", _recording(name))

    def recorded_picture(self, name: str, screen: str) -> bytes:
        """Return the picture of a recorded screen, PNG or JPEG."""
        return self._connection.fetch(f"{_screen(name, screen)}/picture").content

    def name_page(self, name: str, screen: str, page: str | None) -> RecordedScreen:
        """Say which page a recorded screen is; None takes back what was said."""
        return self._connection.call("PATCH", _screen(name, screen), body={"page": page})

    def read_screen(
        self,
        app: str,
        screen: Fields,
        *,
        version: str | None = None,
        language: str | None = None,
        range: str | None = None,  # noqa: A002 - as the API calls it
    ) -> ScreenRead:
        """Return what a profile makes of a screen: `{"recording": …, "name": …}` or `{"hierarchy": …}`."""
        body = given(app=app, screen=screen, version=version, language=language, range=range)
        return self._connection.call("POST", "/workshop/screen", body=body)

    def rank_rules(  # noqa: PLR0913 - as many as the API takes
        self,
        app: str,
        screen: Fields,
        *,
        element: Fields | None = None,
        rules: Sequence[str] | None = None,
        version: str | None = None,
        language: str | None = None,
        range: str | None = None,  # noqa: A002 - as the API calls it
    ) -> Rules:
        """Return rules for an element, the surest first, and what `rules` find; the screen as for `read_screen`."""
        body = given(
            app=app,
            screen=screen,
            element=element,
            rules=None if rules is None else list(rules),
            version=version,
            language=language,
            range=range,
        )
        return self._connection.call("POST", "/workshop/rules", body=body)

    def installed_version(self, serial: str, app: str) -> Installed:
        """Return which version of an app a phone has, and in which language."""
        return self._connection.call("GET", "/workshop/installed", query={"serial": serial, "app": app})

    def compare_versions(self, app: str, old: Fields, new: Fields) -> Comparison:
        """Hold two versions of an app side by side, each `{"recordings": [NAME, …]}`."""
        body = {"app": app, "old": old, "new": new}
        return self._connection.call("POST", "/workshop/comparison", body=body)

    def list_profiles(self) -> ProfileList:
        """Return all app profiles, those that cannot be read too."""
        return self._connection.call("GET", "/workshop/profiles")

    def create_profile(self, name: str, package: str, range: str) -> ProfileShown:  # noqa: A002 - as the API calls it
        """Make a profile of this home for an app that has none."""
        body = {"name": name, "package": package, "range": range}
        return self._connection.call("POST", "/workshop/profiles", body=body)

    def get_profile(self, app: str) -> ProfileShown:
        """Return an app profile: its text, its `revision`, and its selectors by range of versions."""
        return self._connection.call("GET", _profile(app))

    def try_profile(  # noqa: PLR0913 - as many as the API takes
        self,
        app: str,
        revision: str,
        range: str,  # noqa: A002 - as the API calls it
        *,
        copy_of: str | None = None,
        selectors: Fields | None = None,
        pages: Fields | None = None,
    ) -> Change:
        """Return what a change of a profile would write and do to the recorded screens; nothing is saved."""
        body = given(revision=revision, range=range, copy_of=copy_of, selectors=selectors, pages=pages)
        return self._connection.call("POST", f"{_profile(app)}/try", body=body)

    def save_profile(  # noqa: PLR0913 - as many as the API takes
        self,
        app: str,
        revision: str,
        range: str,  # noqa: A002 - as the API calls it
        *,
        copy_of: str | None = None,
        selectors: Fields | None = None,
        pages: Fields | None = None,
    ) -> Change:
        """Save a change of a profile; one that was changed since `revision` is refused."""
        body = given(revision=revision, range=range, copy_of=copy_of, selectors=selectors, pages=pages)
        return self._connection.call("PUT", _profile(app), body=body)


def _recording(name: str) -> str:
    return f"/recordings/{quote(name, safe='')}"


def _screen(name: str, screen: str) -> str:
    return f"{_recording(name)}/screens/{quote(screen, safe='')}"


def _profile(app: str) -> str:
    return f"/workshop/profiles/{quote(app, safe='')}"
