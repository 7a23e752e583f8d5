"""Beginning a post: with the app's button, with something shared from the gallery, or from a sound's page."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.composer import ComposerPage, Placement
from phonefleet.apps.pages.gallery_picker import GalleryPicker, Kind
from phonefleet.apps.pages.sounds import SoundPage, Wanted


class NewPost:
    """The ways to the composer. The pictures or the video must be the newest of the phone."""

    def __init__(self, driver: AppDriver, kind: Kind, count: int, placement: Placement) -> None:
        self._driver = driver
        self._kind: Kind = kind
        self._count = count
        self._placement: Placement = placement

    def by_button(self) -> ComposerPage:
        """Tap the app's own button and choose in its gallery."""
        driver = self._driver
        driver.ensure_started()
        driver.tap(driver.wait_for("home_tab")[1])
        driver.tap(driver.wait_for("create_button")[1])
        return self._by_gallery()

    def by_sound(self, wanted: Wanted) -> ComposerPage:
        """Use a sound on its page and choose in the gallery. Raises `TargetMissing`."""
        page = SoundPage(self._driver)
        page.open(wanted)
        page.use()
        return self._by_gallery()

    def by_share(self, uri: str, media_type: str) -> ComposerPage:
        """Share a picture or a video with the app; further pictures are added in the composer."""
        self._driver.share(uri, media_type)
        self._answer("composer_post")
        composer = self._composed()
        if self._count > 1:
            composer.add_media(self._count)
        return composer

    def _by_gallery(self) -> ComposerPage:
        self._answer("gallery")
        GalleryPicker(self._driver).choose(self._count, self._kind)
        return self._composed()

    def _answer(self, expected: str) -> None:
        """Say where the post is to appear, if the app asks before it goes on."""
        question = f"create_{self._placement}"
        asks = question in self._driver.profile.selectors
        name, element = self._driver.wait_for(*([question, expected] if asks else [expected]))
        if name == question:
            self._driver.tap(element)
            self._driver.wait_for(expected)

    def _composed(self) -> ComposerPage:
        composer = ComposerPage(self._driver)
        composer.wait()
        composer.place(self._placement)
        return composer
