"""The numbers of one's own profile, on screens in the form of real apps, in each version and language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phonefleet.apps.pages.edit_profile import OwnProfile
from phonefleet.apps.pages.profile_numbers import ProfileNumbers
from phonefleet.errors import ElementMissing
from tests.screens import instagram, tiktok
from tests.screens.building import View, Window, dump, text, view
from tests.screens.still import Still, looking_at, rules
from tests.screens.wording import LANGUAGES


def numbers(app: str, package: str, version: str, language: str, shown: Window) -> ProfileNumbers:
    driver = looking_at(rules(app, version, language), Still(dump(shown), package))
    return OwnProfile(driver, ["desk_one"]).numbers()


def read(found: ProfileNumbers) -> dict[str, tuple[int, int]]:
    return {name: (number.value, number.step) for name, number in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("version", tiktok.IDS)
def test_tiktok_shows_followers_following_and_likes_rounded(version: str, language: str) -> None:
    app = tiktok.App(version, language)
    found = numbers("tiktok", tiktok.PACKAGE, version, language, app.own_profile())
    assert read(found) == {"following": (214, 1), "followers": (58_300, 100), "likes": (1_200_000, 100_000)}


def own_instagram(*more: View, described: str = "") -> Window:
    shown = instagram.App().own_profile()
    root = replace(shown.root, children=tuple(_described(one, described) for one in (*shown.root.children, *more)))
    return replace(shown, root=root)


def _described(one: View, words: str) -> View:
    return replace(one, desc=words) if one.id == "profile_header_followers_stacked_familiar" else one


def on_instagram(shown: Window) -> dict[str, tuple[int, int]]:
    return read(numbers("instagram", instagram.PACKAGE, instagram.VERSION, "en", shown))


def test_instagram_describes_its_boxes_more_exactly_than_it_writes_them() -> None:
    posts = view(
        "LinearLayout",
        (160, 330, 380, 440),
        text((160, 330, 380, 380), "8", "profile_header_familiar_post_count_value"),
        id="profile_header_post_count_front_familiar",
        desc="8posts",
    )
    written = {"followers": (61_200, 100), "following": (310, 1)}
    assert on_instagram(own_instagram()) == written
    assert on_instagram(own_instagram(posts, described="61,234followers")) == {
        "followers": (61_234, 1),
        "following": (310, 1),
        "posts": (8, 1),
    }


def test_a_box_that_contradicts_itself_tells_nothing() -> None:
    with pytest.raises(ElementMissing, match="does not show its numbers"):
        on_instagram(own_instagram(described="12 followers"))
