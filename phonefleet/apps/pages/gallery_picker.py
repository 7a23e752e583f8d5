"""The app's gallery: choose the newest pictures or videos of the phone, and leave it."""

from __future__ import annotations

from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.steps import persistent
from phonefleet.words import say

Kind = Literal["image", "video"]

_TILES: dict[Kind, str] = {"image": "gallery_photo", "video": "gallery_video"}


class GalleryPicker:
    """The gallery, once something in the app has opened it. What was pushed to the phone last stands first."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    def choose(self, count: int = 1, kind: Kind = "image") -> None:
        """Choose the newest `count` pictures or videos, in the order in which they stand, and leave the gallery.

        Raises:
            ElementMissing: the gallery does not open, holds fewer, or does not close.

        """
        self._await()
        for place in range(count):
            self._choose(place, kind)
        self._leave()

    @persistent
    def _await(self) -> None:
        self._driver.wait_for("gallery")

    @persistent
    def _choose(self, place: int, kind: Kind) -> None:
        """Touch one tile unless it is chosen, and see that it is, or that the gallery has taken it and closed."""

        def tile(screen: Screen) -> Element | bool | None:
            tiles = screen.find_all(self._driver.profile.selector(_TILES[kind]))
            return tiles[place] if place < len(tiles) else None if self._is_open(screen) else False

        found = self._driver.wait_until(
            tile,
            say(
                "apps.gallery_does_not_show_kind",
                "the gallery does not show {place} of the kind {kind}",
                place=place + 1,
                kind=kind,
            ),
        )
        if not isinstance(found, bool) and not self._is_chosen(self._driver.look(), found):
            self._driver.tap(found)
            self._driver.wait_until(
                lambda now: True if self._is_chosen(now, found) or not self._is_open(now) else None,
                say(
                    "apps.number_gallery_cannot_chosen",
                    "number {place} of the gallery cannot be chosen",
                    place=place + 1,
                ),
            )

    @persistent
    def _leave(self) -> None:
        """Confirm the choice, where the gallery is still there and wants that."""
        if self._is_open(self._driver.look()):
            self._driver.tap(self._driver.wait_for("gallery_done")[1])
            self._driver.wait_until(
                lambda now: None if self._is_open(now) else True,
                say("apps.gallery_does_not_close_after", "the gallery does not close after a choice"),
            )

    def _is_open(self, screen: Screen) -> bool:
        return self._driver.find(screen, "gallery") is not None

    def _is_chosen(self, screen: Screen, tile: Element) -> bool:
        marks = screen.find_all(self._driver.profile.selector("gallery_chosen"))
        return any(tile.bounds.contains(mark.bounds.center) for mark in marks)
