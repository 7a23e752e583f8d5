"""The newest pictures are chosen in the app's gallery, in both of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.gallery_picker import GalleryPicker
from phonefleet.errors import ElementMissing, Transient
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.sample.screens.publishing.gallery import EVERYTHING, GalleryScreen
from virtual_phones.system.media_store import Kind, MediaItem

WHEN = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Gallery:
    """The app's gallery: what is put into it, and what it hands over."""

    def __init__(self, app: SampleApp, phone: DirectPhone, folder: Path) -> None:
        self.app, self.phone, self.folder = app, phone, folder
        self.handed_over: list[list[str]] = []

    def put(self, *names: str) -> None:
        """Push files so that the first one named is the newest."""
        for name in reversed(names):
            (self.folder / name).write_bytes(name.encode())
            self.phone.push(self.folder / name, f"/sdcard/Pictures/phonefleet/{name}", WHEN)
            self.phone.scan_media(f"/sdcard/Pictures/phonefleet/{name}")

    def open(self, most: int = 1, kinds: frozenset[Kind] = EVERYTHING) -> None:
        self.app.show(GalleryScreen(self._take, kinds, most))

    def _take(self, items: Sequence[MediaItem]) -> None:
        self.handed_over.append([item.name for item in items])


@pytest.fixture
def picker(driver: AppDriver) -> GalleryPicker:
    driver.ensure_started()
    return GalleryPicker(driver)


@pytest.fixture
def gallery(app: SampleApp, phone: DirectPhone, tmp_path: Path) -> Gallery:
    return Gallery(app, phone, tmp_path)


def test_one_picture_is_chosen_and_the_gallery_left(picker: GalleryPicker, gallery: Gallery) -> None:
    gallery.put("a.jpg", "b.jpg")
    gallery.open()
    picker.choose()
    assert (gallery.handed_over, gallery.app.activity) == ([["a.jpg"]], ".FeedActivity")


def test_several_pictures_keep_their_order(picker: GalleryPicker, gallery: Gallery) -> None:
    names = ["3.jpg", "1.png", "4.jpg", "1b.webp", "5.jpg"]
    gallery.put(*names)
    gallery.open(most=10)
    picker.choose(count=5)
    assert gallery.handed_over == [names]


def test_the_newest_of_a_kind_is_chosen_although_others_are_newer(picker: GalleryPicker, gallery: Gallery) -> None:
    gallery.put("new.jpg", "clip.mp4", "older.mp4")
    gallery.open()
    picker.choose(kind="video")
    assert gallery.handed_over == [["clip.mp4"]]


def test_a_gallery_that_holds_fewer_says_so(picker: GalleryPicker, gallery: Gallery) -> None:
    gallery.open()
    with pytest.raises(ElementMissing, match="does not show 1 of the kind video"):
        picker.choose(kind="video")
    assert gallery.handed_over == []


@pytest.mark.parametrize("fault", [Fault.POPUP_UPDATE, Fault.POPUP_RATING, Fault.ANR])
def test_what_comes_over_the_gallery_is_dismissed(
    picker: GalleryPicker, gallery: Gallery, faults: Faults, fault: Fault
) -> None:
    gallery.put("1.jpg", "2.jpg")
    gallery.open(most=2)
    faults.order(Strike(fault))
    picker.choose(count=2)
    assert gallery.handed_over == [["1.jpg", "2.jpg"]]


def test_a_crash_hands_nothing_over(picker: GalleryPicker, gallery: Gallery, faults: Faults) -> None:
    gallery.put("1.jpg", "2.jpg")
    gallery.open(most=2)
    faults.order(Strike(Fault.CRASH))
    with pytest.raises(Transient):
        picker.choose(count=2)
    assert gallery.handed_over == []
