"""The composer: what is to be published, with which words and sound, where, and the touch that sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.gallery_picker import GalleryPicker
from phonefleet.apps.pages.sounds import SoundPicker, Wanted
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import reads, trimmed
from phonefleet.apps.steps import advance, dismiss, persistent
from phonefleet.errors import ElementMissing, UnsupportedApp
from phonefleet.geometry import Point
from phonefleet.words import say

Placement = Literal["reel", "story"]
Choice = Literal["ai", "product"]

_NUMBER = re.compile(r"\d+")
_TOUCHES = 4
"""How often a slider is touched until it says what is wanted."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """How loud the material's own sound and the added one are, in percent."""

    origin: int
    sound: int


class ComposerPage:
    """The form of one new post, once it has been begun. Nothing is sent before `send`."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    @persistent
    def wait(self) -> None:
        """Wait for the form."""
        self._driver.wait_for("composer_post")

    def is_open(self) -> bool:
        """Tell whether the form is on the screen now."""
        return self._driver.finds(self._driver.look(), "composer_post")

    def add_media(self, count: int) -> None:
        """Let the post have the newest `count` pictures of the phone."""
        advance(self._driver, "composer_add_media", "gallery")
        GalleryPicker(self._driver).choose(count)
        self.wait()

    @persistent
    def entitle(self, title: str) -> bool:
        """Write into the box for a title, and tell whether the form has one.

        Raises:
            ElementMissing: the box does not show the title afterwards.

        """
        driver = self._driver
        box = driver.find(driver.look(), "composer_title") if "composer_title" in driver.profile.selectors else None
        if box is None:
            return False
        driver.type_into(box, trimmed(title))
        driver.wait_until(
            lambda screen: self._says("composer_title", title, screen),
            say("apps.title_does_not_show", "the title does not show"),
        )
        return True

    @persistent
    def write(self, caption: str) -> None:
        """Make `caption` the words of the post.

        Raises:
            ElementMissing: the field does not show them afterwards.

        """
        if caption:
            self._driver.type_into(self._driver.wait_for("composer_caption")[1], trimmed(caption))
            self._driver.wait_until(
                lambda screen: self._says("composer_caption", caption, screen),
                say("apps.caption_does_not_show", "the caption does not show"),
            )

    def pick_sound(self, wanted: Wanted) -> None:
        """Give the post a sound.

        Raises:
            TargetMissing: the app has none of this name.

        """
        advance(self._driver, "composer_sound", "sound_field")
        SoundPicker(self._driver).pick(wanted, "composer_sound_remove")

    @persistent
    def has_sound(self) -> bool:
        """Tell whether a sound is chosen, by us or by the app."""
        self.wait()
        return self._driver.finds(self._driver.look(), "composer_sound_remove")

    def remove_sound(self) -> None:
        """Take the sound away, if there is one."""
        self.wait()
        dismiss(self._driver, "composer_sound_remove", "composer_sound_remove")

    def set_volumes(self, volumes: Volumes) -> None:
        """Set how loud both sounds are, and see that they are."""
        advance(self._driver, "composer_volume", "volume_done")
        self._set_volume("volume_origin", volumes.origin)
        self._set_volume("volume_sound", volumes.sound)
        dismiss(self._driver, "volume_done", "volume_done")

    def place(self, placement: Placement) -> None:
        """Choose where the post appears, if the app asks here."""
        if f"composer_{placement}_on" in self._driver.profile.selectors:
            self._turn_on(f"composer_{placement}")

    def choose(self, choice: Choice) -> None:
        """Turn on a choice: the label of artificial intelligence, or a product's link.

        Raises:
            UnsupportedApp: the app does not offer it.

        """
        if f"composer_{choice}_on" not in self._driver.profile.selectors:
            message = say(
                "apps.app_offers_no_such_choice",
                "the app offers no such choice when something is published: {choice}",
                choice=choice,
            )
            raise UnsupportedApp(message)
        if "composer_more" in self._driver.profile.selectors:
            advance(self._driver, "composer_more", f"composer_{choice}_on", f"composer_{choice}_off")
        self._turn_on(f"composer_{choice}")

    def send(self) -> None:
        """Touch the button that publishes: one touch.

        Raises:
            ScreenUnclear: several elements could be the button.

        """
        self._driver.tap(self._driver.only("composer_post")[1])

    @persistent
    def _turn_on(self, name: str) -> None:
        found, element = self._driver.wait_for(f"{name}_on", f"{name}_off")
        if found == f"{name}_off":
            self._driver.tap(element)
            self._driver.wait_for(f"{name}_on")

    @persistent
    def _set_volume(self, name: str, percent: int) -> None:
        for _ in range(_TOUCHES):
            element = self._driver.wait_for(name)[1]
            if _value(element) == percent:
                return
            if element.class_name.endswith("EditText"):
                self._driver.type_into(element, str(percent))
            else:
                self._driver.touch(_along(element, percent))
        message = say(
            "apps.does_not_become_percent", "{name} does not become {percent} percent", name=name, percent=percent
        )
        raise self._driver.witnessed(ElementMissing(message))

    def _says(self, name: str, text: str, screen: Screen) -> bool | None:
        found = self._driver.find(screen, name)
        return True if found is not None and reads(found.text, text) else None


def _value(element: Element) -> int | None:
    found = _NUMBER.search(element.label)
    return int(found[0]) if found else None


def _along(element: Element, percent: int) -> Point:
    """Return the place of a slider that stands for a value."""
    bounds = element.bounds
    return Point(bounds.left + (bounds.width * (2 * percent + 1)) // 202, bounds.center.y)
