"""Finding elements on a screen that was read."""

from __future__ import annotations

import re

import pytest

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Match, words
from phonefleet.errors import AutomationDown
from phonefleet.geometry import Rect

XML = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<hierarchy rotation="0">
  <node index="0" class="android.widget.FrameLayout" package="org.own" bounds="[0,0][1080,2400]">
    <node resource-id="org.own:id/name" text="Ann &amp; &#10;B" class="T" package="org.own" bounds="[0,0][100,50]"/>
    <node resource-id="org.own:id/name" text="Bob" class="T" package="org.own" checked="true" bounds="[0,50][100,99]"/>
    <node content-desc="More" class="I" package="org.own" selected="true" enabled="false" bounds="[0,-9][9,0]"/>
  </node>
</hierarchy>"""
SCREEN = Screen.parse(XML)
NAMES = Match(id="org.own:id/name")


def labels(*alternatives: Match) -> list[str]:
    return [element.label for element in SCREEN.find_all(alternatives)]


def test_an_element_carries_what_the_hierarchy_says() -> None:
    ann, bob, more = SCREEN.elements[1:]
    assert (ann.text, ann.bounds, ann.enabled, ann.checked) == ("Ann & \nB", Rect(0, 0, 100, 50), True, False)
    assert bob.checked
    assert (more.label, more.selected, more.enabled) == ("More", True, False)
    assert Rect(0, 0, 1080, 2400) == SCREEN.bounds


def test_the_first_alternative_that_finds_anything_counts() -> None:
    assert labels(Match(id="gone"), NAMES, Match(descs=words("More"))) == ["Ann & \nB", "Bob"]
    assert SCREEN.alternative((Match(id="gone"), NAMES)) == 1
    assert SCREEN.alternative((Match(id="gone"),)) is None
    assert SCREEN.find((Match(id="gone"),)) is None


@pytest.mark.parametrize(
    ("match", "found"),
    [
        (Match(texts=frozenset({"Bob", "Bert"})), ["Bob"]),
        (Match(text_pattern=re.compile("B.b")), ["Bob"]),
        (Match(text_pattern=re.compile("B")), []),
        (Match(desc_pattern=re.compile("(?i)more")), ["More"]),
        (Match(class_name="T", checked=False), ["Ann & \nB"]),
        (Match(selected=True, package="org.own"), ["More"]),
        (Match(id="org.own:id/name", texts=frozenset({"More"})), []),
        (Match(xpath="//node[@class='T'][2]"), ["Bob"]),
        (Match(xpath="//node[@class='T']", checked=False), ["Ann & \nB"]),
        (Match(xpath="count(//node)"), []),
        (Match(xpath="//node/@text"), []),
        (Match(xpath="//hierarchy"), []),
    ],
)
def test_all_that_a_match_says_must_hold(match: Match, found: list[str]) -> None:
    assert labels(match) == found


def test_what_comes_later_lies_higher() -> None:
    ann, bob = SCREEN.find_all((NAMES,))
    assert SCREEN.height_of(ann) < SCREEN.height_of(bob)


def test_a_hierarchy_with_entities_is_refused() -> None:
    bomb = """<!DOCTYPE h [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file:///etc/hostname">]>
    <hierarchy><node text="&a;" bounds="[0,0][1,1]">&f;</node></hierarchy>"""
    with pytest.raises(AutomationDown, match="document type"):
        Screen.parse(bomb)


def test_an_empty_hierarchy_has_no_elements() -> None:
    screen = Screen.parse("<hierarchy rotation='0'/>")
    assert screen.elements == ()
    assert screen.bounds == Rect(0, 0, 0, 0)
    assert not screen.shows("org.own")
