"""People write what apps say: in captions, biographies and comments. No account is held for another person's words."""

from __future__ import annotations

import pytest

from phonefleet.apps.recognition import kind_of_dump
from tests.screens import instagram, system, tiktok
from tests.screens.building import Window, dump, text, window
from tests.screens.still import rules
from tests.screens.tiktok import with_views

BIO = (48, 706, 700, 714)


def kind(app: str, version: str, shown: Window, language: str = "en") -> str:
    """Return what a screen is taken for."""
    return kind_of_dump(rules(app, version, language), dump(shown, system.status_bar(), system.navigation())).kind


@pytest.mark.parametrize("version", tiktok.IDS)
@pytest.mark.parametrize(
    ("says", "language"),
    [
        ("After too many attempts I did it", "en"),
        ("Too many attempts to count", "en"),
        ("Verify to continue watching", "en"),
        ("Drag the slider game", "en"),
        ("Подтвердите, чтобы продолжить смотреть", "ru"),
    ],
)
def test_what_people_write_on_tiktok_holds_no_account(version: str, says: str, language: str) -> None:
    app = tiktok.App(version, language)
    for page in (app.video(), app.profile("none")):
        assert kind("tiktok", version, with_views(page, text(BIO, says)), language) == "page"


@pytest.mark.parametrize(
    ("says", "language", "expected"),
    [
        ("Verify to continue", "en", "challenge"),
        ("Verify to continue:", "en", "challenge"),
        ("Drag the puzzle piece into place", "en", "challenge"),
        ("Подтвердите, чтобы продолжить", "ru", "challenge"),
        ("Too many attempts. Try again later.", "en", "blocked"),
        ("You've made too many attempts. Try again later.", "en", "blocked"),
        ("Maximum number of attempts reached. Try again later.", "en", "blocked"),
        ("You're following too fast. Take a break and try again later", "en", "blocked"),
    ],
)
def test_what_tiktok_says_itself_is_noticed(says: str, language: str, expected: str) -> None:
    sheet = window(tiktok.PACKAGE, text((100, 1300, 980, 1380), says), box=(0, 1200, 1080, 2340))
    assert kind("tiktok", "47.0.3", sheet, language) == expected


@pytest.mark.parametrize(
    ("says", "language"),
    [
        ("Введите код BREAD для скидки", "ru"),
        ("Confirm it's you", "en"),
        ("Upload your ID please", "en"),
        ("Log in to Instagram", "en"),
    ],
)
def test_what_people_write_on_instagram_holds_no_account(says: str, language: str) -> None:
    app = instagram.App(language=language)
    for page in (app.people(instagram.STRANGERS), app.feed(), app.reel(), app.profile("none")):
        assert kind("instagram", instagram.VERSION, with_views(page, text(BIO, says)), language) == "page"


@pytest.mark.parametrize("says", ["Confirm it's you", "Log in to Instagram"])
def test_what_instagram_says_in_a_dialog_is_noticed_whatever_lies_below(says: str) -> None:
    app = instagram.App()
    sheet = window(instagram.PACKAGE, text((100, 1300, 980, 1380), says), box=(0, 1200, 1080, 2340))
    for page in (app.people(instagram.STRANGERS), app.feed(), app.profile("none")):
        shown = dump(sheet, page, system.status_bar(), system.navigation())
        assert kind_of_dump(rules("instagram", instagram.VERSION, "en"), shown).kind == "challenge"
