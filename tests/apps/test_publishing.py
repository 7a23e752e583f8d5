"""Posts are composed and published through the screens of the sample app, in both of its versions."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.composer import ComposerPage, Placement, Volumes
from phonefleet.apps.pages.gallery_picker import Kind
from phonefleet.apps.pages.new_post import NewPost
from phonefleet.apps.pages.own_posts import MOST_ALIKE, OwnPosts, TooManyAlike
from phonefleet.apps.pages.sounds import Wanted
from phonefleet.errors import ActionBlocked, TargetMissing
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.world import Details, World

WHEN = datetime(2026, 5, 4, 12, tzinfo=UTC)
FOLDER = "/sdcard/Pictures/phonefleet"
ME = "shop_001"


class Studio:
    """A phone with pictures on it, and the ways to publish them."""

    def __init__(self, driver: AppDriver, phone: DirectPhone, world: World, folder: Path) -> None:
        self.driver, self.phone, self.world, self.folder = driver, phone, world, folder
        self.own = OwnPosts(driver, ME)
        self.uris: list[str] = []

    def begin(self, way: str, *names: str, placement: Placement = "reel", sound: str = "Night Train") -> ComposerPage:
        """Push the files, so that the first one is the newest, and begin a post with them."""
        kind: Kind = "video" if names[0].endswith(".mp4") else "image"
        for name in reversed(names):
            (self.folder / name).write_bytes(name.encode())
            self.phone.push(self.folder / name, f"{FOLDER}/{name}", WHEN)
            self.uris.append(self.phone.scan_media(f"{FOLDER}/{name}"))
        new = NewPost(self.driver, kind, len(names), placement)
        if way == "share":
            return new.by_share(self.uris[-1], "image/jpeg")
        return new.by_button() if way == "button" else new.by_sound(Wanted(name=sound))

    def publish(self, composer: ComposerPage) -> None:
        """Send the post and look at the profile until it has arrived."""
        composer.send()
        self.own.open()
        while self.own.is_uploading():
            pass

    def posts(self) -> list[dict[str, str]]:
        return [post for post in self.world.dump()["posts"] if post["author"] == ME]


@pytest.fixture
def studio(driver: AppDriver, phone: DirectPhone, world: World, tmp_path: Path) -> Studio:
    return Studio(driver, phone, world, tmp_path)


def digests(*names: str) -> str:
    return ",".join(hashlib.sha256(name.encode()).hexdigest() for name in names)


@pytest.mark.parametrize("way", ["share", "button", "sound"])
@pytest.mark.parametrize("names", [("a.jpg",), ("c.jpg", "a.png", "b.webp"), ("clip.mp4",)])
def test_what_was_chosen_is_published_once_with_its_words(studio: Studio, way: str, names: tuple[str, ...]) -> None:
    composer = studio.begin(way, *names)
    composer.write("Spring 🌱 is here\n#flowers")
    studio.publish(composer)
    [post] = studio.posts()
    assert (post["caption"], post["files"]) == ("Spring 🌱 is here\n#flowers", digests(*names))
    assert (post["media"], post["placement"]) == ("video" if names[0].endswith("mp4") else "image", "reel")
    assert studio.own.alike("Spring 🌱 is here #flowers") == 1


@pytest.mark.parametrize("way", ["share", "button", "sound"])
def test_a_story_stands_in_the_story_and_not_among_the_posts(studio: Studio, way: str) -> None:
    before = studio.own.in_story()
    studio.publish(studio.begin(way, "a.jpg", placement="story"))
    assert studio.own.in_story() == before + 1
    assert [post["placement"] for post in studio.posts()] == ["story"]
    assert studio.world.posts_of(ME) == []


def test_the_sound_of_a_sounds_page_stays_with_the_post(studio: Studio) -> None:
    studio.publish(studio.begin("sound", "clip.mp4", sound="night train"))
    assert [post["sound"] for post in studio.posts()] == ["Night Train"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(name="Slow River"), "Slow River"),
        (Wanted(keyword="kitchen"), "Kitchen Dance (slowed)"),
        (Wanted(name="Kitchen Dance", keyword="kitchen"), "Kitchen Dance"),
        (Wanted(), "Morning Coffee (slowed)"),
    ],
)
def test_a_sound_is_found_by_its_exact_name_or_by_a_word(studio: Studio, wanted: Wanted, expected: str) -> None:
    composer = studio.begin("button", "clip.mp4")
    composer.pick_sound(wanted)
    studio.publish(composer)
    assert [post["sound"] for post in studio.posts()] == [expected]


def test_a_sound_that_nobody_has_made_is_missing(studio: Studio) -> None:
    composer = studio.begin("button", "clip.mp4")
    with pytest.raises(TargetMissing, match="no sound 'Silence'"):
        composer.pick_sound(Wanted(name="Silence", patience=timedelta(seconds=3)))


def test_a_proposed_sound_can_be_taken_away(studio: Studio) -> None:
    composer = studio.begin("button", "a.jpg")
    composer.remove_sound()
    assert not composer.has_sound()
    studio.publish(composer)
    assert [post["sound"] for post in studio.posts()] == [""]


@pytest.mark.parametrize("volumes", [Volumes(0, 100), Volumes(50, 50), Volumes(73, 1)])
def test_volumes_labels_and_links_are_set_as_wanted(studio: Studio, volumes: Volumes) -> None:
    composer = studio.begin("button", "clip.mp4")
    composer.pick_sound(Wanted(name="Old Radio"))
    composer.set_volumes(volumes)
    composer.choose("ai")
    composer.choose("product")
    composer.choose("ai")
    studio.publish(composer)
    [post] = studio.posts()
    assert (post["origin_volume"], post["sound_volume"]) == (str(volumes.origin), str(volumes.sound))
    assert (post["ai_label"], post["product_link"]) == ("true", "true")


def test_equal_words_are_counted_from_the_newest_on(studio: Studio) -> None:
    assert studio.own.alike("sale") == 0
    for caption in ("sale", "new", "sale", "sale", "Sale"):
        studio.world.publish(ME, caption, details=Details())
    assert [studio.own.alike(words) for words in ("sale", "Sale", "new")] == [0, 1, 0]
    studio.world.publish(ME, "Sale")
    assert studio.own.alike("Sale") == 2


def test_more_equal_posts_than_anybody_looks_at_are_refused(studio: Studio) -> None:
    for _ in range(MOST_ALIKE):
        studio.world.publish(ME, "")
    with pytest.raises(TooManyAlike):
        studio.own.alike("")


def test_an_upload_that_breaks_off_is_taken_away(studio: Studio, faults: Faults) -> None:
    faults.order(Strike(Fault.UPLOAD_FAILS))
    studio.publish(studio.begin("button", "a.jpg"))
    assert studio.own.discard_failed()
    assert not studio.own.discard_failed()
    assert studio.posts() == []


def test_an_upload_outlives_the_app(studio: Studio, app: SampleApp) -> None:
    composer = studio.begin("button", "a.jpg")
    composer.write("still there")
    composer.send()
    app.crash()
    studio.own.open()
    while studio.own.is_uploading():
        pass
    assert [post["caption"] for post in studio.posts()] == ["still there"]


def test_a_blocked_post_is_not_sent(studio: Studio, faults: Faults) -> None:
    composer = studio.begin("button", "a.jpg")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    composer.send()
    with pytest.raises(ActionBlocked):
        studio.own.open()
    assert studio.posts() == []
