"""Beginning a post: with the app's button, with something shared from the gallery, or from a sound's page."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.composer import ComposerPage, Placement
from phonefleet.apps.pages.gallery_picker import GalleryPicker, Kind
from phonefleet.apps.pages.sounds import SoundPage, Wanted
from phonefleet.apps.steps import advance, open_tab, persistent


class NewPost:
    """The ways to the composer. The pictures or the video must be the newest of the phone."""

    def __init__(self, driver: AppDriver, kind: Kind, count: int, placement: Placement) -> None:
        self._driver = driver
        self._kind: Kind = kind
        self._count = count
        self._placement: Placement = placement

    def by_button(self) -> ComposerPage:
        """Tap the app's own button and choose in its gallery."""
        open_tab(self._driver, "home_tab", "create_button")
        return self._by_gallery("create_button")

    def by_sound(self, wanted: Wanted) -> ComposerPage:
        """Use a sound on its page and choose in the gallery. Raises `TargetMissing`."""
        SoundPage(self._driver).open(wanted)
        return self._by_gallery("sound_use")

    def by_share(self, uri: str, media_type: str) -> ComposerPage:
        """Share a picture or a video with the app; further pictures are added in the composer."""
        self._share(uri, media_type)
        self._answer("composer_post")
        composer = self._composed()
        if self._count > 1:
            composer.add_media(self._count)
        return composer

    @persistent
    def _share(self, uri: str, media_type: str) -> None:
        self._driver.share(uri, media_type)
        self._driver.wait_for(*self._question, "composer_post")

    def _by_gallery(self, button: str) -> ComposerPage:
        advance(self._driver, button, *self._question, "gallery")
        self._answer("gallery")
        GalleryPicker(self._driver).choose(self._count, self._kind)
        return self._composed()

    @property
    def _question(self) -> list[str]:
        """The answer to where the post is to appear, if the app asks that before it goes on."""
        answer = f"create_{self._placement}"
        return [answer] if answer in self._driver.profile.selectors else []

    def _answer(self, expected: str) -> None:
        for answer in self._question:
            advance(self._driver, answer, expected)

    def _composed(self) -> ComposerPage:
        composer = ComposerPage(self._driver)
        composer.wait()
        composer.place(self._placement)
        return composer
