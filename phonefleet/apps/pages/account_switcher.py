"""The account switcher: which accounts are signed in, which one is active, and changing to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.edit_profile import OwnProfile
from phonefleet.apps.pages.identity import require_handles
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import named, plain, same_name
from phonefleet.errors import NotVerified, Permanent, ScreenUnclear
from phonefleet.words import say


class AccountMissing(Permanent):
    """The account is not signed in on the phone: sign it in by hand."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The switcher as it is on the screen."""

    rows: list[str]
    active: str


class AccountSwitcher:
    """The sheet that lists the accounts of this phone."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    def open(self) -> None:
        """Show the sheet."""
        self._open()

    def close(self) -> None:
        """Take the sheet away."""
        self._driver.leave()

    def accounts(self) -> list[str]:
        """Return the signed-in accounts, in the order in which the app lists them."""
        sheet = self._open()
        self.close()
        return list(sheet.rows)

    def active(self) -> str:
        """Return the active account; where the app profile knows no switcher, as its own profile says."""
        if not self._is_known:
            return OwnProfile(self._driver).whose()
        sheet = self._open()
        self.close()
        return sheet.active

    def switch_to(self, username: str) -> None:
        """Make an account the active one, unless it is already, and look whether it is.

        Raises:
            AccountMissing: it is not signed in on this phone.
            ScreenUnclear: several rows bear its name.
            HandleUnknown: the app lists its accounts by display name.
            UnsupportedApp: another account is active, and the app profile knows no switcher.
            NotVerified: the app stays with another account.

        """
        if not self._is_known and same_name(self.active(), username):
            return
        sheet = self._open()
        rows = set(map(plain, sheet.rows))
        if plain(username) not in rows or same_name(sheet.active, username):
            self.close()
        if plain(username) not in rows:
            signed_in = ", ".join(sheet.rows)
            raise self._driver.witnessed(
                AccountMissing(
                    say(
                        "apps.not_signed_phone",
                        "{username} is not signed in on this phone; {signed_in} are",
                        username=username,
                        signed_in=signed_in,
                    )
                )
            )
        if not same_name(sheet.active, username):
            self._driver.tap(self._row(username))
            self._verify(username)

    def _row(self, username: str) -> Element:
        """Return the one row of an account.

        Raises:
            ScreenUnclear: there are several.

        """
        screen = self._driver.look()
        rows = [row for row in self._rows(screen) if same_name(row.label, username)]
        if len(rows) != 1:
            message = say(
                "apps.nothing_touched_rows_account_switcher",
                "nothing was touched: {number} rows of the account switcher say {username}",
                number=len(rows),
                username=username,
            )
            raise self._driver.witnessed(ScreenUnclear(message), screen)
        return rows[0]

    def _verify(self, username: str) -> None:
        active = self.active()
        if not same_name(active, username):
            raise self._driver.witnessed(
                NotVerified(
                    say(
                        "apps.after_switching_app_still_shows",
                        "after switching to {username} the app still shows {active} as active",
                        username=username,
                        active=active,
                    )
                )
            )

    @property
    def _is_known(self) -> bool:
        return {"switcher", "switcher_open"} <= set(self._driver.profile.selectors)

    def _open(self) -> _Sheet:
        driver = self._driver
        require_handles(driver.profile, "switcher_username")
        for name in ("switcher", "switcher_open"):
            driver.profile.selector(name)
        driver.ensure_started()
        name, element = driver.wait_for("switcher", "profile_tab")
        if name == "profile_tab":
            driver.tap(element)
            driver.tap(driver.wait_for("switcher_open")[1])
        return driver.wait_until(
            self._read,
            say("apps.account_switcher_does_not_show", "the account switcher does not show which account is active"),
        )

    def _read(self, screen: Screen) -> _Sheet | None:
        """Return the sheet once exactly one account is marked as the active one."""
        rows = self._rows(screen)
        marks = screen.find_all(self._driver.profile.selector("switcher_active"))
        active = {named(row.label) for row in rows if any(_beside(row, mark) for mark in marks)}
        return _Sheet([named(row.label) for row in rows], active.pop()) if len(active) == 1 else None

    def _rows(self, screen: Screen) -> Sequence[Element]:
        return screen.find_all(self._driver.profile.selector("switcher_username"))


def _beside(row: Element, mark: Element) -> bool:
    """Tell whether the mark stands in the row, or is the row itself."""
    return mark.bounds.top <= row.bounds.center.y < mark.bounds.bottom
