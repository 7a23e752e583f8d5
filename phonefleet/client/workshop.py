"""The calls of the workshop: screens under a profile, rules for an element, profiles of the home, versions compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from phonefleet.client.answers import (
    Change,
    Comparison,
    Installed,
    ProfileList,
    ProfileShown,
    Rules,
    ScreenRead,
)
from phonefleet.client.connection import Connection, given


class WorkshopCalls:
    """Reads screens under app profiles, and changes the profiles of the server's home.

    A screen is `{"recording": …, "name": …}` or `{"hierarchy": …}`; a range is one of versions, such as `>=3.0,<4.0`.
    """

    _connection: Connection

    def read_screen(
        self,
        app: str,
        screen: Mapping[str, str],
        *,
        version: str | None = None,
        language: str | None = None,
        range: str | None = None,  # noqa: A002 - the field's name
    ) -> ScreenRead:
        """Return what a profile makes of a screen: its page and why, and what each selector finds."""
        body = {"app": app, "screen": dict(screen), **given(version=version, language=language, range=range)}
        return self._connection.call("POST", "/workshop/screen", body=body)

    def rank_rules(  # noqa: PLR0913 - as many as the request has fields
        self,
        app: str,
        screen: Mapping[str, str],
        *,
        element: Mapping[str, int] | None = None,
        rules: Sequence[str] | None = None,
        version: str | None = None,
        language: str | None = None,
        range: str | None = None,  # noqa: A002 - the field's name
    ) -> Rules:
        """Return rules for an element, the surest first; before them the ones to try, in their order."""
        wanted = given(
            element=None if element is None else dict(element),
            rules=None if rules is None else list(rules),
            version=version,
            language=language,
            range=range,
        )
        return self._connection.call("POST", "/workshop/rules", body={"app": app, "screen": dict(screen), **wanted})

    def installed_app(self, serial: str, app: str) -> Installed:
        """Return which version of an app a phone has, and in which language it shows it."""
        return self._connection.call("GET", "/workshop/installed", query={"serial": serial, "app": app})

    def compare_versions(self, app: str, old: Mapping[str, object], new: Mapping[str, object]) -> Comparison:
        """Return what a profile has lost between two sides, each `{"recordings": [...]}`."""
        body = {"app": app, "old": dict(old), "new": dict(new)}
        return self._connection.call("POST", "/workshop/comparison", body=body)

    def list_profiles(self) -> ProfileList:
        """Return all app profiles."""
        return self._connection.call("GET", "/workshop/profiles")

    def get_profile(self, app: str) -> ProfileShown:
        """Return an app profile: its text, and its selectors by range."""
        return self._connection.call("GET", _path(app))

    def create_profile(
        self,
        name: str,
        package: str,
        range: str,  # noqa: A002 - the field's name
    ) -> ProfileShown:
        """Make a profile of the server's home for an app that has none."""
        body = {"name": name, "package": package, "range": range}
        return self._connection.call("POST", "/workshop/profiles", body=body)

    def try_profile(  # noqa: PLR0913 - as many as the request has fields
        self,
        app: str,
        *,
        revision: str,
        range: str,  # noqa: A002 - the field's name
        copy_of: str | None = None,
        selectors: Mapping[str, Mapping[str, object]] | None = None,
        pages: Mapping[str, Sequence[str]] | None = None,
        here: Mapping[str, object] | None = None,
    ) -> Change:
        """Return what a change would write, and what it does to the recorded screens; nothing is saved.

        `here` is a screen on which it is tried too, such as what a phone shows now: `screen`, `version`, `language`.
        """
        body = {"revision": revision, "range": range, **_change(copy_of, selectors, pages, here)}
        return self._connection.call("POST", f"{_path(app)}/try", body=body)

    def save_profile(  # noqa: PLR0913 - as above
        self,
        app: str,
        *,
        revision: str,
        range: str,  # noqa: A002 - the field's name
        copy_of: str | None = None,
        selectors: Mapping[str, Mapping[str, object]] | None = None,
        pages: Mapping[str, Sequence[str]] | None = None,
        here: Mapping[str, object] | None = None,
    ) -> Change:
        """Save a change as a profile of the server's home; refused where it was changed meanwhile."""
        body = {"revision": revision, "range": range, **_change(copy_of, selectors, pages, here)}
        return self._connection.call("PUT", _path(app), body=body)


def _change(
    copy_of: str | None,
    selectors: Mapping[str, Mapping[str, object]] | None,
    pages: Mapping[str, Sequence[str]] | None,
    here: Mapping[str, object] | None,
) -> dict[str, object]:
    return given(
        copy_of=copy_of,
        selectors=None if selectors is None else {name: dict(said) for name, said in selectors.items()},
        pages=None if pages is None else {page: list(marks) for page, marks in pages.items()},
        here=None if here is None else dict(here),
    )


def _path(app: str) -> str:
    return f"/workshop/profiles/{quote(app, safe='')}"
