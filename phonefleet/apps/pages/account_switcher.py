"""The account switcher: which accounts are signed in, which one is active, and changing to another."""

from __future__ import annotations

from dataclasses import dataclass

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import named, plain, same_name
from phonefleet.errors import NotVerified, Permanent


class AccountMissing(Permanent):
    """The account is not signed in on the phone: sign it in by hand."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The switcher as it is on the screen."""

    rows: dict[str, Element]
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
        """Return the active account."""
        sheet = self._open()
        self.close()
        return sheet.active

    def switch_to(self, username: str) -> None:
        """Make an account the active one, unless it is already, and look whether it is.

        Raises:
            AccountMissing: it is not signed in on this phone.
            NotVerified: the app stays with another account.

        """
        sheet = self._open()
        rows = {plain(name): element for name, element in sheet.rows.items()}
        if plain(username) not in rows or same_name(sheet.active, username):
            self.close()
        if plain(username) not in rows:
            signed_in = ", ".join(sheet.rows)
            raise self._driver.witnessed(AccountMissing(f"{username} is not signed in on this phone; {signed_in} are"))
        if not same_name(sheet.active, username):
            self._driver.tap(rows[plain(username)])
            self._verify(username)

    def _verify(self, username: str) -> None:
        active = self.active()
        if not same_name(active, username):
            raise self._driver.witnessed(
                NotVerified(f"after switching to {username} the app still shows {active} as active")
            )

    def _open(self) -> _Sheet:
        driver = self._driver
        driver.ensure_started()
        name, element = driver.wait_for("switcher", "profile_tab")
        if name == "profile_tab":
            driver.tap(element)
            driver.tap(driver.wait_for("switcher_open")[1])
        return driver.wait_until(self._read, "the account switcher does not show which account is active")

    def _read(self, screen: Screen) -> _Sheet | None:
        rows = screen.find_all(self._driver.profile.selector("switcher_username"))
        mark = self._driver.find(screen, "switcher_active")
        if mark is None:
            return None
        active = next((row for row in rows if _beside(row, mark)), None)
        return None if active is None else _Sheet({named(row.label): row for row in rows}, named(active.label))


def _beside(row: Element, mark: Element) -> bool:
    """Tell whether the mark stands in the row, or is the row itself."""
    return mark.bounds.top <= row.bounds.center.y < mark.bounds.bottom
