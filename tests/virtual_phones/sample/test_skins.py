"""The versions of the app have the same parts and look different."""

from __future__ import annotations

from string import Formatter

import pytest

from virtual_phones.sample import VERSIONS
from virtual_phones.sample.skins import LANGUAGES, Skin

OLD, NEW, THIRD = VERSIONS["1.4.2"], VERSIONS["2.0.1"], VERSIONS["3.2.0"]

GIVEN_TO_BOTH = {
    "follow_desc",
    "no_messages",
    "thread_closed",
    "gallery_image",
    "gallery_video",
    "gallery_done",
}
"""What only the new version says with values; the screens give them to the old one too."""


def test_both_versions_name_and_say_the_same_parts() -> None:
    assert set(OLD.ids) == set(NEW.ids)
    assert set(OLD.texts) == set(NEW.texts)


def test_most_ids_changed_with_the_new_version() -> None:
    unchanged = [role for role in OLD.ids if OLD.ids[role] == NEW.ids[role]]
    assert len(unchanged) < len(OLD.ids) / 4


def test_no_new_text_asks_for_a_value_that_the_screens_do_not_give() -> None:
    for role, text in NEW.texts.items():
        wanted = {name for _, name, _, _ in Formatter().parse(text) if name}
        given = {name for _, name, _, _ in Formatter().parse(OLD.texts[role]) if name}
        assert wanted <= given or role in GIVEN_TO_BOTH


def test_tabs_stand_in_another_order() -> None:
    assert sorted(OLD.tabs) == sorted(NEW.tabs)
    assert OLD.tabs != NEW.tabs


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> Skin:
    return THIRD.spoken(request.param)


def test_the_third_version_has_all_parts_and_says_them_in_each_language(spoken: Skin) -> None:
    assert set(OLD.ids) <= set(spoken.ids)
    assert set(OLD.texts) == set(spoken.texts)
    english = THIRD.spoken("en")
    assert all(placeholders(spoken.texts[role]) == placeholders(english.texts[role]) for role in english.texts)


def test_a_language_has_words_of_its_own_for_whatever_says_something() -> None:
    said = {role for role, text in THIRD.spoken("en").texts.items() if text} - {"app", "handle"}
    assert said <= set(THIRD.words["ru"])
    assert said <= set(THIRD.words["fr"])
    assert not any(letter.isascii() and letter.isalpha() for letter in THIRD.words["ru"]["follow"])


def test_no_id_of_the_third_version_is_one_of_the_others() -> None:
    assert not set(THIRD.ids.values()) & (set(OLD.ids.values()) | set(NEW.ids.values()))
    assert THIRD.ids["like"] == THIRD.ids["share"], "as real apps have it: one id for two buttons"


def test_a_language_that_no_version_speaks_leaves_the_words_as_they_are() -> None:
    assert THIRD.spoken("de") is THIRD
    assert OLD.spoken("ru") is OLD
