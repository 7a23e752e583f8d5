"""Two versions of an app side by side, and what a changed profile makes of the screens that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.apps import AppProfile, load_profile
from phonefleet.workshop.comparison import Compared, Side, compared
from phonefleet.workshop.effects import Shown, Turn, effects, telling
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import Stock
from tests.workshop.recorded import PACKAGE, recording, screen_of

SAMPLE = load_profile("sample")


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    for version in ("1.4.2", "2.0.1"):
        recording(tmp_path / version.replace(".", "-"), version)
    return Stock(tmp_path)


def side(stock: Stock, name: str, rules: Rules) -> Side:
    return Side.of(rules, stock.readable(stock.recording(name)))


def outcomes(found: list[Compared]) -> dict[str, str]:
    return {each.selector: each.outcome for each in found}


def changed(**selectors: object) -> AppProfile:
    """Return the sample's profile with other selectors in all ranges; None takes one away."""
    rules = SAMPLE.rules.model_dump(by_alias=True, exclude_unset=True)
    for part in rules["versions"]:
        part["selectors"] |= {name: said for name, said in selectors.items() if said is not None}
    return AppProfile(type(SAMPLE.rules).model_validate(rules))


def test_each_side_under_its_own_rules_has_lost_nothing(stock: Stock) -> None:
    old = side(stock, "1-4-2", Rules.of(SAMPLE, "1.4.2", "en"))
    new = side(stock, "2-0-1", Rules.of(SAMPLE, "2.0.1", "en"))
    found = outcomes(compared(old, new))
    assert found["follow_button"] == "kept"
    lost = {name for name, outcome in found.items() if outcome == "lost"}
    assert lost <= {"gallery_photo"}  # its second alternative fits posts of the first version too


def test_old_rules_on_new_screens_tell_what_the_profile_has_lost(stock: Stock) -> None:
    rules = Rules.of(SAMPLE, "1.4.2", "en")
    found = compared(side(stock, "1-4-2", rules), side(stock, "2-0-1", rules))
    lost = {each.selector: each for each in found if each.outcome == "lost"}
    assert {"profile_username", "follow_button"} <= set(lost)
    assert found[0].outcome == "lost"
    assert lost["follow_button"].old is not None
    assert lost["follow_button"].old.page == "profile"


def test_a_page_that_a_person_has_named_shows_where_the_selector_should_be(stock: Stock) -> None:
    stock.name_page("2-0-1", "profile", "profile")
    rules = Rules.of(SAMPLE, "1.4.2", "en")
    found = compared(side(stock, "1-4-2", rules), side(stock, "2-0-1", rules))
    follow = next(each for each in found if each.selector == "follow_button")
    assert follow.there is not None
    assert follow.there.name == "profile"


def test_what_was_recorded_on_no_screen_of_the_new_side_is_unseen_and_not_lost(stock: Stock, tmp_path: Path) -> None:
    recording(tmp_path / "feed-alone", "1.4.2", people=())
    rules = Rules.of(SAMPLE, "1.4.2", "en")
    found = outcomes(compared(side(stock, "1-4-2", rules), side(stock, "feed-alone", rules)))
    assert (found["follow_button"], found["feed"]) == ("unseen", "kept")
    turned = outcomes(compared(side(stock, "feed-alone", rules), side(stock, "1-4-2", rules)))
    assert turned["follow_button"] == "new"


def test_what_fits_many_where_it_fitted_one_is_ambiguous(stock: Stock) -> None:
    old = side(stock, "1-4-2", Rules.of(SAMPLE, "1.4.2", "en"))
    many = changed(follow_button=[{"class": "android.widget.TextView"}])
    new = side(stock, "2-0-1", Rules.of(many, "2.0.1", "en"))
    found = outcomes(compared(old, new))
    assert found["follow_button"] == "ambiguous"


def test_a_change_tells_which_screens_it_takes_for_another_page_and_what_is_lost(stock: Stock) -> None:
    after = changed(follow_button=[{"id": "no_such_id"}], edit_button=[{"id": "profile_username"}])
    found = effects(SAMPLE, after, stock.screens(PACKAGE), 100)
    told = {each.recorded.place: each for each in telling(found)}
    assert len(found) == 8
    mine = told["1-4-2", "profile"]
    assert (mine.before, mine.after) == ("profile", "own profile")
    assert "follow_button" in mine.lost
    assert ("1-4-2", "feed") not in told


def test_a_screen_of_which_a_person_says_something_else_is_told_though_nothing_changes(stock: Stock) -> None:
    stock.name_page("1-4-2", "feed", "profile")
    found = telling(effects(SAMPLE, SAMPLE, stock.screens(PACKAGE), 100))
    assert [(each.recorded.name, each.contradicts) for each in found] == [("feed", True)]


@pytest.mark.parametrize("version", ["2.0.1", ""])
def test_a_change_is_tried_on_a_screen_that_nobody_has_recorded(version: str) -> None:
    after = changed(own_mark=[{"id": "nav_home"}], follow_button=[{"id": "no_such_id"}])
    turn = Turn.of(SAMPLE, after, Shown(screen_of("2.0.1"), version, "en-US"))
    assert (turn.before, turn.after, turn.lost) == ("profile", "profile", ("follow_button",))
