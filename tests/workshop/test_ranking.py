"""Rules for an element are ranked by how surely they find it, here and on all recorded screens of its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.schema import MatchRule
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.errors import UnsupportedApp
from phonefleet.workshop.candidates import NoSuchElement, candidates, element_at, touched_by
from phonefleet.workshop.ranking import Bench, Ranked, comparable, is_made_by_tools
from phonefleet.workshop.rules import Rules, written
from phonefleet.workshop.stock import Stock
from tests.workshop.recorded import PACKAGE, recording, screen_of

SAMPLE = load_profile("sample")
STRANGERS = f"""<hierarchy rotation="0">
<node class="android.widget.FrameLayout" package="{PACKAGE}" bounds="[0,0][1080,2400]">
  <node class="android.view.ViewGroup" package="{PACKAGE}" resource-id="{PACKAGE}:id/header" bounds="[0,0][1080,700]">
    <node class="android.widget.LinearLayout" package="{PACKAGE}" clickable="true" bounds="[0,400][1080,500]">
      <node class="android.widget.TextView" package="{PACKAGE}" resource-id="{PACKAGE}:id/cta" text="Follow"
        bounds="[0,400][1080,500]"/>
    </node>
    <node class="android.widget.TextView" package="{PACKAGE}" text="12 followers" bounds="[0,500][1080,600]"/>
  </node>
  <node class="androidx.recyclerview.widget.RecyclerView" package="{PACKAGE}" bounds="[0,800][1080,1300]">
    <node class="android.widget.Button" package="{PACKAGE}" resource-id="{PACKAGE}:id/cta" text="Follow"
      clickable="true" bounds="[0,800][500,1300]"/>
    <node class="android.widget.Button" package="{PACKAGE}" resource-id="{PACKAGE}:id/cta" text="Follow"
      clickable="true" bounds="[540,800][1040,1300]"/>
  </node>
</node></hierarchy>"""


def labelled(screen: Screen, label: str, nth: int = 0) -> Element:
    return [each for each in screen.elements if each.label == label][nth]


def bench(screen: Screen, element: Element | None = None, version: str = "2.0.1") -> Bench:
    return Bench(Rules.of(SAMPLE, version, "en"), screen, None, (), element)


@pytest.fixture
def strangers() -> Screen:
    return Screen.parse(STRANGERS, PACKAGE)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    folder = tmp_path_factory.mktemp("recordings")
    for version in ("2.0.1", "3.2.0"):
        recording(folder / f"walk-{version.replace('.', '-')}", version)
    recording(folder / "russian", "3.2.0", language="ru-RU")
    return Stock(folder)


def test_what_tells_one_button_from_those_of_strangers_comes_first(strangers: Screen) -> None:
    mine = labelled(strangers, "Follow")
    best, *others = bench(strangers, mine).ranked()
    assert (best.count, best.finds_it, best.anchored) == (1, True, True)
    assert best.rule.within is not None
    plain = next(each for each in others if written(each.rule) == "{id: cta}")
    assert plain.count == 3
    outside = {"id": "cta", "not_in": [{"class": "androidx.recyclerview.widget.RecyclerView"}]}
    assert MatchRule.model_validate(outside) in [each.rule for each in others]


def test_a_rule_by_words_alone_says_so(strangers: Screen) -> None:
    ranked = bench(strangers, labelled(strangers, "12 followers")).ranked()
    said = {written(each.rule): each for each in ranked}
    assert not said["{text: 12 followers}"].anchored
    assert said["{text: 12 followers, within: {id: header}}"].anchored


def test_a_count_is_offered_as_a_pattern_that_other_counts_fit_too(strangers: Screen) -> None:
    ranked = bench(strangers, labelled(strangers, "12 followers")).ranked()
    [pattern] = {each.rule.text_matches for each in ranked if each.rule.text_matches}
    other = Screen.parse(STRANGERS.replace("12 followers", "1,204 followers"), PACKAGE)
    found = bench(other).tried(MatchRule(text_matches=pattern))
    assert [each.label for each in found.elements] == ["1,204 followers"]


def test_words_that_the_profile_has_in_a_group_are_named_by_the_group(strangers: Screen) -> None:
    made = candidates(Rules.of(SAMPLE, "2.0.1", "en"), strangers, labelled(strangers, "Follow"))
    assert MatchRule.model_validate({"id": "cta", "text_of": "follow"}) in made


def test_words_inside_of_what_takes_the_touch_give_the_touchable_one(strangers: Screen) -> None:
    words = labelled(strangers, "Follow")
    taking = [each for each in bench(strangers, words).ranked() if each.rule.take]
    assert taking
    assert all(each.takes for each in taking if each.finds_it)
    assert {each.elements[0] for each in taking if each.finds_it} == {touched_by(strangers, words)}


def test_every_candidate_finds_what_was_pointed_at(stock: Stock) -> None:
    for recorded, screen in stock.screens(PACKAGE):
        rules = Rules.of(SAMPLE, recorded.version, recorded.language)
        for element in screen.elements:
            meant = {element.height, getattr(touched_by(screen, element), "height", None)}
            for rule in candidates(rules, screen, element):
                assert meant & {each.height for each in rules.found(rule, screen)}, written(rule)


def test_a_rule_that_fits_all_recorded_screens_of_the_page_goes_before_one_that_fits_some(stock: Stock) -> None:
    screen = screen_of("3.2.0")
    rules = Rules.of(SAMPLE, "3.2.0", "en-US")
    others = comparable(rules, "3.2.0", stock.screens(PACKAGE))
    name = screen.find(rules.version.selector("profile_username"))
    assert name is not None
    found = Bench(rules, screen, "profile", others, name).ranked()
    assert written(found[0].rule) == "{id: fi8}"
    assert found[0].is_unique
    literal = next(each for each in found if each.rule.text and each.rule.id)
    assert literal.count == 1
    assert not literal.is_unique
    assert sum(hit.count == 0 for hit in literal.same_page) >= 4


def test_screens_in_other_languages_count_and_those_of_other_versions_do_not(stock: Stock) -> None:
    rules = Rules.of(SAMPLE, "3.2.0", "en-US")
    others = comparable(rules, "3.2.0", stock.screens(PACKAGE))
    assert {each.recorded.recording for each in others} == {"walk-3-2-0", "russian"}
    bench = Bench(rules, screen_of("3.2.0"), "profile", others)
    grouped = bench.tried(MatchRule.model_validate({"id": "al2", "text_of": "follow"}))
    literal = bench.tried(MatchRule.model_validate({"id": "al2", "text": "Follow"}))
    assert all(hit.count for hit in grouped.same_page)
    assert {hit.recorded.recording for hit in literal.same_page if not hit.count} == {"russian"}


def test_what_a_rule_would_hit_on_other_pages_is_told(stock: Stock) -> None:
    rules = Rules.of(SAMPLE, "3.2.0", "en-US")
    others = comparable(rules, "3.2.0", stock.screens(PACKAGE))
    layout = Bench(rules, screen_of("3.2.0"), "profile", others).tried(
        MatchRule.model_validate({"class": "android.widget.LinearLayout"})
    )
    assert {hit.page for hit in layout.elsewhere} == {"feed"}


def test_a_page_that_a_person_has_named_counts_before_what_the_profile_tells(tmp_path: Path) -> None:
    recording(tmp_path / "walk", "3.2.0")
    named = Stock(tmp_path)
    named.name_page("walk", "profile", "somebody else")
    rules = Rules.of(SAMPLE, "3.2.0", "en-US")
    pages = {each.recorded.name: each.page for each in comparable(rules, "3.2.0", named.screens(PACKAGE))}
    assert pages == {"feed": "feed", "profile": "somebody else", "profile-2": "profile", "profile-3": "profile"}
    named.name_page("walk", "profile", None)
    assert named.screen("walk", "profile").page is None


def test_the_screen_itself_is_not_compared_with_itself(stock: Stock) -> None:
    rules = Rules.of(SAMPLE, "3.2.0", "en-US")
    here = stock.screen("walk-3-2-0", "feed")
    others = comparable(rules, "3.2.0", stock.screens(PACKAGE), besides=here)
    assert here.place not in {each.recorded.place for each in others}


def test_a_version_that_no_range_covers_is_read_by_the_rules_that_fit_best() -> None:
    rules = Rules.of(SAMPLE, "9.9.9", "en", [screen_of("2.0.1")])
    assert rules.range == ">=2.0,<3.0"
    assert not rules.covers("9.9.9")


def test_ids_that_build_tools_have_shortened_are_known_by_their_looks() -> None:
    assert all(map(is_made_by_tools, ("al2", "x63", "fmp", "b7x", "gnd", "mf9", "org.example:id/c1a")))
    assert not any(map(is_made_by_tools, ("title", "header", "feed_tab", "caption", "nav_you", "name")))


def test_an_element_that_is_not_there_and_a_group_that_is_not_are_refused(strangers: Screen) -> None:
    with pytest.raises(NoSuchElement):
        element_at(strangers, 0, 999)
    with pytest.raises(UnsupportedApp, match="no_such_group"):
        bench(strangers).tried(MatchRule(text_of="no_such_group"))


def test_the_order_is_the_same_for_the_same_screen(strangers: Screen) -> None:
    def order() -> list[str]:
        ranked: list[Ranked] = bench(strangers, labelled(strangers, "Follow", 1)).ranked()
        return [written(each.rule) for each in ranked]

    assert order() == order()
