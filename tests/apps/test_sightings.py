"""What a selector finds is told with its place and label, and a stranger's button is not taken for the owner's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from phonefleet.apps import AppProfile, VersionProfile
from phonefleet.apps.check import check_screens
from phonefleet.apps.schema import ProfileRules
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.apps.verification import MANY, NEEDED, ONE, OPPOSITES, acts_or_identifies, opposites_of

PACKAGE = "org.example.notes"
WIDGET, LIST = "android.widget.", "androidx.recyclerview.widget.RecyclerView"


def profile(**selectors: Any) -> VersionProfile:
    rules = {
        "name": "notes",
        "package": PACKAGE,
        "verified": "never",
        "links": {"user": "https://notes.example/@{username}"},
        "texts": {"follow": ["Follow", "Follow back"], "following": ["Following"]},
        "versions": [{"range": ">=0", "selectors": selectors}],
    }
    return AppProfile(ProfileRules.model_validate(rules)).for_version("1.0")


NOTES = profile(
    follow_button=[{"id": "cta", "text_of": "follow"}, {"class": f"{WIDGET}Button", "text_of": "follow"}],
    following_button=[{"text_of": "following"}],
    message_button=[{"id": "cta", "text": "Message"}],
    profile_username=[{"text_matches": "@.*"}],
    profile_tab=[{"desc": "Profile"}],
    like_button=[{"id": "round", "desc": "Like"}],
    comment_text=[{"id": "said"}],
)


def node(kind: str, bounds: str, *inside: str, name: str = "", text: str = "", desc: str = "") -> str:
    kind = kind if "." in kind else WIDGET + kind
    said = f"text={quoteattr(text)} content-desc={quoteattr(desc)}"
    shown = f'resource-id="{PACKAGE}:id/{name}" class="{kind}" package="{PACKAGE}" bounds="{bounds}" {said}'
    return f"<node {shown}>{''.join(inside)}</node>"


def screen(*nodes: str) -> Screen:
    root = node("FrameLayout", "[0,0][1080,2400]", *nodes)
    return Screen.parse(f'<hierarchy rotation="0">{root}</hierarchy>', PACKAGE)


def seen(*nodes: str) -> dict[str, Sighting]:
    return sightings(NOTES, screen(*nodes))


def card(left: int, word: str, name: str) -> str:
    return node(
        "RelativeLayout", f"[{left},800][{left + 390},1314]",
        node("TextView", f"[{left},1084][{left + 300},1126]", text=name),
        node("Button", f"[{left},1199][{left + 300},1283]", text=word),
    )  # fmt: skip


OWN = node("LinearLayout", "[42,584][912,689]", node("TextView", "[42,584][912,689]", name="cta", text="Follow"))
CARDS = (card(42, "Follow back", "a stranger"), card(442, "Follow", "another stranger"))


def test_what_was_found_is_told_with_label_place_and_number() -> None:
    found = seen(OWN)["follow_button"]
    assert (found.label, str(found.bounds), found.count, found.alternative) == ("Follow", "[42,584][912,689]", 1, 0)
    assert found.proves


def test_a_button_that_holds_its_words_is_told_by_them() -> None:
    notes = profile(follow_button=[{"id": "press"}])
    inside = node("LinearLayout", "[0,0][9,9]", node("TextView", "[0,0][9,9]", text="Follow"), name="press")
    assert sightings(notes, screen(inside))["follow_button"].label == "Follow"


def test_the_owners_button_beside_cards_of_strangers_is_clear_where_its_rule_says_which() -> None:
    found = seen(OWN, *CARDS)["follow_button"]
    assert (found.count, found.ambiguous, found.looks_like_a_row) == (1, False, False)


def test_buttons_of_strangers_are_ambiguous_and_look_like_cards() -> None:
    found = seen(*CARDS)["follow_button"]
    assert (found.count, found.ambiguous, found.looks_like_a_row, found.proves) == (2, True, True, False)


def test_one_card_beside_one_of_somebody_who_is_followed_proves_nothing() -> None:
    found = seen(card(42, "Follow", "a stranger"), card(442, "Following", "another"))
    assert (found["follow_button"].count, found["follow_button"].looks_like_a_row) == (1, True)
    assert found["follow_button"].contradicted_by == ("following_button",)
    assert found["following_button"].contradicted_by == ("follow_button",)
    assert found["follow_button"].ambiguous
    assert found["following_button"].ambiguous


@pytest.mark.parametrize(
    ("kind", "bounds", "row"),
    [
        (LIST, "[0,800][1080,1314]", True),  # one card is all that shows, and it is much narrower than its list
        (f"{WIDGET}HorizontalScrollView", "[0,800][432,1314]", True),
        (f"{WIDGET}FrameLayout", "[0,800][432,1314]", False),
    ],
)
def test_a_single_card_is_told_by_the_list_that_it_is_in(kind: str, bounds: str, row: bool) -> None:  # noqa: FBT001
    found = seen(node(kind, bounds, card(42, "Follow", "a stranger")))["follow_button"]
    assert (found.ambiguous, found.looks_like_a_row) == (False, row)


def test_one_button_that_only_its_word_tells_proves_nothing() -> None:
    found = seen(node("Button", "[0,0][400,90]", text="Follow"))["follow_button"]
    assert (found.count, found.ambiguous, found.looks_like_a_row) == (1, False, False)
    assert (found.by_words_alone, found.proves) == (True, False)
    named = seen(node("Button", "[0,0][400,90]", name="cta", text="Follow"))["follow_button"]
    assert (named.by_words_alone, named.proves) == (False, True)


def test_rows_of_a_list_are_told_though_only_one_of_them_has_such_a_button() -> None:
    def row(top: int, word: str) -> str:
        within = f"[0,{top}][1080,{top + 180}]"
        return node("LinearLayout", within, node("TextView", within, text="x"), node("Button", within, text=word))

    found = seen(node(LIST, "[0,0][1080,2000]", row(0, "Follow"), row(200, "Remove")))["follow_button"]
    assert (found.count, found.looks_like_a_row) == (1, True)


def test_two_buttons_built_alike_in_one_header_are_no_rows() -> None:
    message = node(
        "LinearLayout", "[42,700][912,800]", node("TextView", "[42,700][912,800]", name="cta", text="Message")
    )
    found = seen(node(LIST, "[0,0][1080,2400]", node("LinearLayout", "[0,0][1080,900]", OWN, message)))
    assert found["follow_button"].proves
    assert found["message_button"].proves


def test_tabs_are_no_rows() -> None:
    home = node("FrameLayout", "[0,0][200,90]", name="tab", desc="Home")
    own = node("FrameLayout", "[200,0][400,90]", name="tab", desc="Profile")
    assert seen(node("LinearLayout", "[0,0][1080,90]", home, own))["profile_tab"].proves


def test_two_handles_on_one_screen_identify_nobody() -> None:
    handles = [node("TextView", f"[0,{at}][500,{at + 90}]", text=text) for at, text in ((0, "@ann"), (100, "@bob"))]
    assert seen(*handles)["profile_username"].ambiguous


def test_what_is_meant_to_be_many_is_neither_ambiguous_nor_doubted() -> None:
    comments = [node("TextView", f"[0,{at}][500,{at + 90}]", name="said", text="hello") for at in (0, 100, 200)]
    found = seen(node(LIST, "[0,0][1080,900]", *comments))["comment_text"]
    assert (found.count, found.ambiguous, found.looks_like_a_row, found.proves) == (3, False, False, True)


def test_of_several_screens_the_one_counts_that_proves_something() -> None:
    screens = {"people": screen(*CARDS), "profile": screen(OWN)}
    found = {each.selector: each for each in check_screens(NOTES, screens)}
    assert (found["follow_button"].screen, found["follow_button"].proven) == ("profile", True)
    only = {each.selector: each for each in check_screens(NOTES, {"people": screens["people"]})}
    assert (only["follow_button"].resolved, only["follow_button"].proven) == (True, False)


def test_every_selector_that_an_action_needs_is_one_or_many() -> None:
    assert MANY < NEEDED
    assert ONE | MANY == NEEDED
    assert all(acts_or_identifies(name) for group in OPPOSITES for name in group)
    assert opposites_of("like_button") == {"liked_button"}
    assert opposites_of("feed") == frozenset()


def test_every_place_of_many_is_told() -> None:
    found: Sequence[Sighting] = [seen(*CARDS)["follow_button"]]
    assert [str(element.bounds) for element in found[0].elements] == ["[42,1199][342,1283]", "[442,1199][742,1283]"]
