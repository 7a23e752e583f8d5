"""The sounds of an app: finding the one that is meant, in the composer or from its own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from phonefleet.apps.driver import PATIENCE, AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import reads
from phonefleet.apps.steps import advance, open_tab, persistent, read_on
from phonefleet.apps.true_text import is_titled
from phonefleet.errors import TargetMissing, UnsupportedApp
from phonefleet.words import say

_SCROLLS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sound: the one at `address`, else the one that bears exactly `name`, else the first that `keyword` finds.

    Without any of them it is the app's first. `patience` is how long a list or a sound may take to load.
    """

    name: str = ""
    keyword: str = ""
    patience: timedelta = PATIENCE
    address: str = ""

    @property
    def query(self) -> str:
        """What is typed into the search."""
        return self.keyword or self.name

    def __str__(self) -> str:
        return self.address or self.name or self.keyword or say("apps.any_sound", "any sound")


class SoundPicker:
    """The list of sounds, once something in the app has opened it."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    @persistent
    def pick(self, wanted: Wanted, expected: str) -> None:
        """Find a sound and tap it, which leads to what is expected.

        Raises:
            TargetMissing: the app has none that fits.

        """
        name, field = self._driver.wait_for("sound_field", expected, timeout=wanted.patience)
        if name == expected:
            return
        if wanted.query:
            self._driver.type_into(field, wanted.query)
        self._driver.tap(self._found(wanted))
        self._driver.wait_for(expected, timeout=wanted.patience)

    def _found(self, wanted: Wanted) -> Element:
        screen = self._settled(wanted)
        for _ in range(_SCROLLS):
            rows = self._rows(screen)
            fitting = (row for row in rows if not wanted.name or is_titled(self._driver, row, wanted.name))
            if (row := next(fitting, None)) is not None:
                return row
            before = self._names(screen)
            if not before:
                break
            screen = read_on(self._driver, "sound_list", partial(self._is_ready, wanted), self._names, before)
            if self._names(screen) == before:
                break
        raise self._driver.witnessed(
            TargetMissing(say("apps.app_no_sound", "the app has no sound {wanted!r}", wanted=str(wanted)))
        )

    def _settled(self, wanted: Wanted) -> Screen:
        """Wait until the results of what was typed are there."""
        return self._driver.wait_until(
            lambda screen: screen if self._is_ready(wanted, screen) else None,
            say("apps.sounds_do_not_show", "the sounds do not show"),
            wanted.patience,
        )

    def _is_ready(self, wanted: Wanted, screen: Screen) -> bool:
        field = self._driver.find(screen, "sound_field")
        typed = field is not None and (not wanted.query or reads(field.text, wanted.query))
        return typed and (self._driver.finds(screen, "sound_name") or self._driver.finds(screen, "sound_nothing"))

    def _rows(self, screen: Screen) -> Sequence[Element]:
        return screen.find_all(self._driver.profile.selector("sound_name"))

    def _names(self, screen: Screen) -> list[str]:
        return [row.label for row in self._rows(screen)]


class SoundPage:
    """The page of one sound, reached through the app's search, or by the app's link."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    def open(self, wanted: Wanted) -> None:
        """Show the page of the sound.

        Raises:
            TargetMissing: the app has none that fits.
            UnsupportedApp: it is named by its address, and the profile knows no links of sounds.

        """
        if wanted.address:
            self._open_address(wanted)
            return
        driver = self._driver
        open_tab(driver, "search_tab", "sounds_button")
        advance(driver, "sounds_button", "sound_field")
        SoundPicker(driver).pick(wanted, "sound_use")

    @persistent
    def _open_address(self, wanted: Wanted) -> None:
        driver = self._driver
        if "sound" not in driver.profile.links:
            message = say(
                "apps.profile_knows_no_links_sounds",
                "the profile {profile} knows no links of sounds: name the sound instead",
                profile=driver.profile.name,
            )
            raise UnsupportedApp(message)
        driver.open_url(wanted.address)
        absent = [name for name in ("sound_nothing",) if name in driver.profile.selectors]
        if driver.wait_for("sound_use", *absent, timeout=wanted.patience)[0] != "sound_use":
            raise driver.witnessed(
                TargetMissing(say("apps.app_no_sound_2", "the app has no sound at {address}", address=wanted.address))
            )
