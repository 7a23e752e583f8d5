"""Rules that say where: inside of others, beside or below them, and which element takes the touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.apps import VersionProfile, load_profile
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.errors import UnsupportedApp

OWN = "org.own"
PROFILE = """
format: 2
name: own
package: org.own
verified: made up
languages: [en, ru]
links: {user: "own://{username}"}
texts:
  follow: {en: [Follow], ru: [Подписаться]}
  suggested: {en: [Suggested], ru: [Рекомендации]}
  always: [OK]
patterns:
  likes: {en: ["Like\\\\. \\\\d+ likes"], ru: ["Нравится\\\\. \\\\d+"]}
selectors:
  handle: {holds: handle, any: [{text_matches: "@\\\\w+"}]}
  follow: [{text_of: follow, class: T}]
  inside: [{text_of: follow, within: {class: Row}}]
  outside: [{text_of: follow, not_in: {class: Card}}]
  nowhere: [{text_of: follow, not_in: [{class: Card}, {class: Row}]}]
  below: [{text_of: follow, below: {text_of: suggested}}]
  not_below: [{text_of: follow, not_below: {text_of: suggested}}]
  above: [{text_of: follow, above: {text_of: suggested}}]
  beside: [{text_of: follow, beside: {text_matches: "@\\\\w+"}}]
  holder: [{class: Row, has: {text_of: follow}}]
  touched: [{text_of: follow, within: {class: Row}, take: clickable}]
  likes: [{desc_matches_of: likes}]
  always: [{text_of: always}]
  spoken: [{desc_of: follow}]
versions: [{range: ">=1"}]
"""
SCREEN = f"""
<hierarchy rotation="0">
 <node class="Status" package="com.android.systemui" bounds="[0,0][1080,100]">
  <node text="Follow" class="T" package="com.android.systemui" bounds="[0,0][9,9]"/>
 </node>
 <node class="Frame" package="{OWN}" bounds="[0,0][1080,2400]">
  <node class="Row" package="{OWN}" clickable="true" bounds="[0,200][1080,300]">
   <node text="@ann" class="T" package="{OWN}" bounds="[0,210][300,290]"/>
   <node text="\u200e Follow\u00a0" class="T" package="{OWN}" bounds="[500,220][900,280]"/>
  </node>
  <node text="Suggested" class="T" package="{OWN}" bounds="[0,400][1080,450]"/>
  <node class="Card" package="{OWN}" bounds="[0,500][500,900]">
   <node text="Follow" class="T" package="{OWN}" clickable="true" bounds="[20,800][480,880]"/>
  </node>
 </node>
</hierarchy>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(PROFILE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def profile(folder: Path) -> VersionProfile:
    return load_profile("own", folder).for_version("1.0", "en-GB")


def found(profile: VersionProfile, name: str, xml: str = SCREEN) -> list[Element]:
    return list(Screen.parse(xml, OWN).find_all(profile.selectors[name]))


@pytest.mark.parametrize(
    ("name", "tops"),
    [
        ("follow", [220, 800]),
        ("inside", [220]),
        ("outside", [220]),
        ("nowhere", []),
        ("below", [800]),
        ("not_below", [220]),
        ("above", [220]),
        ("beside", [220]),
        ("holder", [200]),
        ("touched", [200]),
    ],
)
def test_a_rule_says_where_the_element_is(profile: VersionProfile, name: str, tops: list[int]) -> None:
    assert [element.bounds.top for element in found(profile, name)] == tops


def test_an_element_without_its_anchor_is_not_found_unless_it_must_not_be_below_it(profile: VersionProfile) -> None:
    alone = SCREEN.replace("Suggested", "Anything")
    assert [found(profile, name, alone) for name in ("below", "above")] == [[], []]
    assert len(found(profile, "not_below", alone)) == 2


def test_texts_count_in_the_language_of_the_phone_only(folder: Path) -> None:
    russian = load_profile("own", folder).for_version("1.0", "ru")
    every = load_profile("own", folder).for_version("1.0")
    translated = SCREEN.replace("Follow", "Подписаться").replace("Suggested", "Рекомендации")
    assert len(found(russian, "follow", translated)) == 2
    assert found(russian, "follow") == []
    assert len(found(every, "follow")) == len(found(every, "follow", translated)) == 2
    assert {"always", "spoken", "likes"} <= set(russian.selectors)


def test_patterns_and_descriptions_count_by_language_too(folder: Path) -> None:
    described = SCREEN.replace('text="@ann"', 'content-desc="Нравится. 12"').replace(
        'text="Suggested"', 'content-desc="Подписаться "'
    )
    russian = load_profile("own", folder).for_version("1.0", "ru-RU")
    assert [len(found(russian, name, described)) for name in ("likes", "spoken")] == [1, 1]


def test_a_language_that_the_profile_does_not_know_is_refused_with_those_that_it_knows(folder: Path) -> None:
    with pytest.raises(UnsupportedApp, match="in fr-FR, and the profile own knows its words in en, ru"):
        load_profile("own", folder).for_version("1.0", "fr-FR")


def test_what_is_touched_for_good_needs_more_than_a_word_and_a_class(profile: VersionProfile) -> None:
    assert len(profile.acting("inside")) == 1
    for loose in ("follow", "outside", "not_below"):
        with pytest.raises(UnsupportedApp, match="by words and classes alone"):
            profile.acting(loose)


def test_a_selector_says_what_its_element_holds(profile: VersionProfile) -> None:
    assert [profile.holds(name) for name in ("handle", "follow", "post_owner")] == ["handle", "label", "handle"]


def test_a_selector_without_a_package_never_means_another_apps_window(profile: VersionProfile) -> None:
    assert {element.package for element in found(profile, "follow")} == {OWN}
