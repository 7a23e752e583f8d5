"""The two versions of the app have the same parts and look different."""

from __future__ import annotations

from string import Formatter

from virtual_phones.sample import VERSIONS

OLD, NEW = VERSIONS["1.4.2"], VERSIONS["2.0.1"]

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
