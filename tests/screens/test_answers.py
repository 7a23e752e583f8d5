"""Each known kind of real screen gets the right answer, however its windows are ordered and whoever saved it.

Every test goes through a table of `answers` and says all that is wrong in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.recognition import kind_of_dump
from phonefleet.errors import PhonefleetError
from phonefleet.geometry import Rect
from tests.screens import tiktok
from tests.screens.answers import Answer, instagram_profiles, over_the_app, pages, stops, tiktok_profiles
from tests.screens.building import FORMS, dump, orders
from tests.screens.still import Still, looking_at, rules
from tests.screens.wording import LANGUAGES

PROFILES = {
    **{
        f"TikTok {version} {language}": tiktok_profiles(version, language)
        for version in tiktok.IDS
        for language in LANGUAGES
    },
    **{f"Instagram {language}": instagram_profiles(language) for language in ("en", "ru")},
}
OTHERS = {"over the app": over_the_app(), "stops": stops(), "pages": pages()}


def dumps(answer: Answer) -> Iterator[str]:
    """Yield the screen in several orders of its windows, as older and as newer servers write it."""
    for number, windows in enumerate(orders(*answer.windows, *answer.around, most=4)):
        yield dump(*windows, form=FORMS[number % 2])


def wrong(answers: Iterable[Answer], check: Callable[[Answer, str], str]) -> list[str]:
    """Return what a check says of each screen of which it says anything."""
    said = ((answer, check(answer, xml)) for answer in answers for xml in dumps(answer))
    return list(dict.fromkeys(f"{answer}: {complaint}" for answer, complaint in said if complaint))


def kind(answer: Answer, xml: str) -> str:
    """Complain of a screen that is taken for another one."""
    seen = kind_of_dump(rules(answer.app, answer.version, answer.language), xml)
    is_right = seen.kind == answer.kind and answer.name in {"", seen.name}
    return "" if is_right else f"is taken for {seen.kind} {seen.name!r}, not for {answer.kind} {answer.name!r}"


def relation(answer: Answer, xml: str) -> str:
    """Complain of a wrong relation to the owner of a profile."""
    profile = rules(answer.app, answer.version, answer.language)
    page = ProfilePage(looking_at(profile, Still(xml, profile.package)))
    try:
        page.open_direct(tiktok.OWNER)
        found = page.relation()
    except PhonefleetError as error:
        return f"{type(error).__name__}: {error}"
    return "" if found is answer.relation else f"says {found}"


def follow(answer: Answer, xml: str) -> str:
    """Complain of a follow that touches anything but the owner's button."""
    profile = rules(answer.app, answer.version, answer.language)
    phone, told = Still(xml, profile.package), ""
    page = ProfilePage(looking_at(profile, phone))
    try:
        page.open_direct(tiktok.OWNER)
        page.follow()
    except PhonefleetError as error:
        told = f"{type(error).__name__}: {error}"
    if answer.touched is None:
        return "" if phone.is_untouched and told else f"touched {phone.taps}"
    return "" if phone.touched_only(answer.touched) else f"touched {phone.taps} {told}"


def offered(answer: Answer, xml: str) -> str:
    """Complain of a follow on a screen that is no profile of the one who is meant."""
    profile = rules(answer.app, answer.version, answer.language)
    phone = Still(xml, profile.package)
    page = ProfilePage(looking_at(profile, phone))
    try:
        page.open_direct(tiktok.OWNER)
        page.follow()
    except PhonefleetError:
        buttons = [Rect(*view.box) for window in answer.windows for view in window.views if view.text == "Follow"]
        hit = [point for point in phone.taps if any(button.contains(point) for button in buttons)]
        return f"touched {hit}" if hit else ""
    return f"somebody was followed: {phone.taps}"


@pytest.mark.parametrize("table", [*PROFILES, *OTHERS])
def test_screens_are_told_for_what_they_are(table: str) -> None:
    assert wrong((PROFILES | OTHERS)[table], kind) == []


@pytest.mark.parametrize("table", PROFILES)
def test_a_profile_says_what_we_are_to_its_owner(table: str) -> None:
    assert wrong(PROFILES[table], relation) == []


@pytest.mark.parametrize("table", PROFILES)
def test_a_follow_touches_the_owners_button_or_nothing(table: str) -> None:
    assert wrong(PROFILES[table], follow) == []


@pytest.mark.parametrize("table", OTHERS)
def test_nobody_is_followed_on_a_screen_that_is_no_profile_of_the_one_who_is_meant(table: str) -> None:
    below = [each for each in OTHERS[table] if len(each.windows) == 1]
    assert wrong(below, offered) == []
