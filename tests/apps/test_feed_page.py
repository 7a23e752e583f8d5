"""The feed and what a search for posts finds: from post to post, in both versions."""

from __future__ import annotations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.feed import FeedPage
from phonefleet.apps.pages.post import PostKind, PostPage
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.world import World


def ids(feed: FeedPage, count: int) -> list[str]:
    """Return the ids of the posts from the present one on."""
    found: list[str] = []
    for _ in range(count):
        found.append(feed.current().ref.id)
        if not feed.advance():
            break
    return found


def test_the_feed_goes_from_post_to_post_past_what_loads(driver: AppDriver, world: World) -> None:
    feed = FeedPage(driver)
    assert feed.open()
    assert ids(feed, 30) == [post.id for post in world.posts()[:30]]


def test_live_posts_and_advertisements_are_told_from_plain_ones(driver: AppDriver, world: World) -> None:
    feed = FeedPage(driver)
    feed.open()
    kinds: list[str] = []
    for _ in range(25):
        kinds.append(feed.current().kind.value)
        feed.advance()
    assert kinds == [post.kind for post in world.posts()[:25]]
    assert {"live", "ad"} <= set(kinds), "the first posts must hold both, or this test tells nothing"


def test_a_post_of_the_feed_has_the_buttons_of_a_post(driver: AppDriver, world: World) -> None:
    feed = FeedPage(driver)
    feed.open()
    while feed.current().kind is not PostKind.PLAIN:
        feed.advance()
    ref = feed.current().ref
    page = PostPage(driver, ref)
    page.touch("like")
    assert page.is_lit("like")
    assert [(like["username"], like["post"]) for like in world.dump()["likes"]] == [("shop_001", ref.id)]
    assert world.post(ref.id).author == page.author()


@pytest.mark.parametrize("topic", ["bread", "Zeppelin"])
def test_what_a_search_for_posts_finds_is_watched_one_by_one(driver: AppDriver, world: World, topic: str) -> None:
    made = [world.publish("person_0667", f"{topic} number {number}") for number in range(3)]
    feed = FeedPage(driver, topic)
    assert feed.open()
    assert ids(feed, 3) == made[::-1]


def test_what_was_found_comes_to_an_end(driver: AppDriver, world: World) -> None:
    made = world.publish("person_0667", "Quokka")
    feed = FeedPage(driver, "quokka")
    assert feed.open()
    assert feed.current().ref.id == made
    assert not feed.advance()


def test_a_topic_about_which_there_is_nothing_is_told(driver: AppDriver) -> None:
    assert not FeedPage(driver, "nothing at all").open()


def test_the_post_that_was_left_is_found_again(driver: AppDriver) -> None:
    feed = FeedPage(driver)
    feed.open()
    feed.advance()
    left = feed.current()
    driver.open_link("user", username="person_0668")
    driver.wait_for("profile_username")
    assert feed.resume()
    assert feed.current() == left


def test_after_a_crash_a_topic_is_searched_again(driver: AppDriver, world: World, app: SampleApp) -> None:
    made = world.publish("person_0667", "Axolotl")
    feed = FeedPage(driver, "axolotl")
    feed.open()
    app.crash()
    assert feed.resume()
    assert feed.current().ref.id == made


def test_what_comes_over_the_feed_skips_no_post(driver: AppDriver, world: World, faults: Faults) -> None:
    feed = FeedPage(driver)
    feed.open()
    seen: list[str] = []
    for number in range(8):
        seen.append(feed.current().ref.id)
        if number % 3 == 0:
            faults.order(Strike(Fault.POPUP_RATING))
            driver.phone.launch(driver.profile.package)
        feed.advance()
    assert seen == [post.id for post in world.posts()[:8]]
