"""In which languages the phones of a fleet speak."""

from __future__ import annotations

import pytest

from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import BadOptions, FleetOptions
from virtual_phones.languages import language_of
from virtual_phones.sample import PACKAGE


def seen(options: FleetOptions) -> list[tuple[str, str, str]]:
    """Return of each phone the language of the system, and the labels of the app's first and last tab."""
    with BackgroundFleet(options) as fleet:

        def look() -> list[tuple[str, str, str]]:
            found: list[tuple[str, str, str]] = []
            for phone in fleet.fleet.phones:
                phone.start_app(PACKAGE)
                tabs = [node.content_desc for node in phone.tree().walk() if node.clickable][-4:]
                found.append((language_of(phone, PACKAGE), tabs[0], tabs[-1]))
            return found

        return fleet.call(look)


def test_phones_with_the_third_version_speak_its_languages_in_turn() -> None:
    assert seen(FleetOptions(count=4, base_port=0, app_versions=("3.2.0",), plain=True)) == [
        ("ru-RU", "Главная", "Профиль"),
        ("fr-FR", "Accueil", "Profil"),
        ("en-US", "Home", "Profile"),
        ("ru-RU", "Главная", "Профиль"),
    ]


def test_other_versions_speak_english_whatever_the_phone_speaks() -> None:
    options = FleetOptions(count=2, base_port=0, app_versions=("1.4.2",), languages=("ru-RU", "en-GB"), plain=True)
    assert [(language, tabs) for language, tabs, _ in seen(options)] == [("ru-RU", "Home"), ("en-GB", "Home")]


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(BadOptions, match="--language Russian: name a language as phones do"):
        FleetOptions(languages=("ru-RU", "Russian")).check()
