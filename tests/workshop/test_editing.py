"""A profile is changed where a person has decided something, and says the same everywhere else."""

from __future__ import annotations

import difflib
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonefleet.apps import load_profile, profile_names
from phonefleet.apps.loading import BUILT_IN, ProfileUnknown
from phonefleet.apps.schema import SelectorRule
from phonefleet.workshop.editing import Change, EditRefused, edited, parsed
from phonefleet.workshop.profiles import EARLIER, HomeProfiles, ProfileChanged, difference

SAMPLE = (BUILT_IN / "sample.yaml").read_text(encoding="utf-8")
RANGE = ">=2.0,<3.0"
FOLLOW = SelectorRule.model_validate([{"id": "fresh", "text_of": "follow"}])
WORDS = st.text(string.printable + "äйф«»", min_size=1, max_size=20)


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_one_selector_changes_one_line() -> None:
    after = edited(SAMPLE, Change(RANGE, selectors={"follow_button": FOLLOW}))
    assert changed_lines(SAMPLE, after) == [
        "-       follow_button: [{id: cta_primary, text_of: follow}]",
        "+       follow_button: [{id: fresh, text_of: follow}]",
    ]


@pytest.mark.parametrize("name", profile_names())
def test_in_every_range_of_every_built_in_profile_a_selector_can_be_changed_and_nothing_else_does(name: str) -> None:
    text = (BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8")
    before = parsed(text)
    common = before.model_dump(exclude={"versions"})
    for place, rules in enumerate(before.versions):
        for selector in {*list(rules.selectors)[:1], *list(rules.selectors)[-1:], "brand_new"}:
            after = parsed(edited(text, Change(rules.range, selectors={selector: FOLLOW})))
            assert after.versions[place].selectors[selector] == FOLLOW
            assert after.model_dump(exclude={"versions"}) == common


def test_a_new_range_comes_first_as_a_copy_and_wins() -> None:
    after = parsed(edited(SAMPLE, Change(">=2.9,<3.0", RANGE, {"follow_button": FOLLOW})))
    assert after.versions[0].range == ">=2.9,<3.0"
    copied, old = after.versions[0], next(rules for rules in after.versions if rules.range == RANGE)
    assert copied.selectors == {**old.selectors, "follow_button": FOLLOW}
    assert copied.popups == old.popups
    assert old == next(rules for rules in parsed(SAMPLE).versions if rules.range == RANGE)


def test_comments_and_blank_lines_stay_where_they_are() -> None:
    after = edited(SAMPLE, Change(RANGE, selectors={"brand_new": FOLLOW}, pages={"novelty": ("brand_new",)}))
    assert [line for line in after.splitlines() if line in SAMPLE.splitlines()] == SAMPLE.splitlines()


def test_a_new_page_comes_first_and_a_known_one_changes_for_the_range_alone() -> None:
    change = Change(RANGE, selectors={"brand_new": FOLLOW}, pages={"novelty": ("brand_new",), "feed": ("brand_new",)})
    after = parsed(edited(SAMPLE, change))
    assert next(iter(after.pages)) == "novelty"
    assert after.pages["feed"] == parsed(SAMPLE).pages["feed"]
    own = next(rules for rules in after.versions if rules.range == RANGE)
    assert own.pages == {"feed": ("brand_new",)}


def test_what_is_not_verified_is_written_with_the_version_it_was_read_for() -> None:
    long = [{"id": "x" * 40, "within": {"id": "y" * 30}}, {"class": "android.widget.Button", "desc": "Подписаться"}]
    rule = SelectorRule.model_validate({"verified": False, "read_for": "2.0.1", "holds": "handle", "any": long})
    text = edited(SAMPLE, Change(RANGE, selectors={"brand_new": rule}))
    assert all(len(line) <= 125 for line in changed_lines(SAMPLE, text))
    own = next(rules for rules in parsed(text).versions if rules.range == RANGE)
    assert own.selectors["brand_new"] == rule


@settings(max_examples=15)
@given(text=WORDS, name=WORDS, page=WORDS)
def test_whatever_a_selector_says_and_is_called_is_read_again_as_it_was_meant(text: str, name: str, page: str) -> None:
    rule = SelectorRule.model_validate([{"text": text}])
    change = Change(RANGE, selectors={name: rule}, pages={page: (name,)})
    after = parsed(edited(SAMPLE, change))
    assert next(rules for rules in after.versions if rules.range == RANGE).selectors[name] == rule
    assert after.pages[page] == (name,) or page in parsed(SAMPLE).pages


@pytest.mark.parametrize(
    "text",
    [
        "format: 2\nname: a\npackage: a.b\nverified: x\nlinks: {}\nversions: [{range: '>=1', selectors: {}}]\n",
        "{format: 2, name: a, package: a.b, verified: x, links: {}, versions: [{range: '>=1'}]}",
        "format: 2\nname: a\npackage: a.b\nverified: x\nlinks: {}\nversions:\n  - {range: '>=1'}\n",
    ],
)
def test_a_form_in_which_nothing_can_be_changed_safely_is_refused(text: str) -> None:
    parsed(text)
    with pytest.raises(EditRefused):
        edited(text, Change(">=1", selectors={"new": FOLLOW}))


def test_an_alias_is_not_changed_where_it_is_not_meant() -> None:
    text = (
        "format: 2\nname: a\npackage: a.b\nverified: x\nlinks: {}\n"
        "texts: {follow: [Follow]}\nversions:\n  - range: '>=2'\n    selectors: &same\n      a: [{id: a}]\n"
        "  - range: '>=1'\n    selectors: *same\n"
    )
    with pytest.raises(EditRefused):
        edited(text, Change(">=1", selectors={"a": FOLLOW}))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change("no range at all", selectors={"a": FOLLOW}), "not a range"),
        (Change(">=7", ">=99", {"a": FOLLOW}), "to copy"),
        (Change(RANGE, pages={"feed": ("nobody",)}), "nobody"),
        (Change(RANGE, selectors={"a": SelectorRule.model_validate([{"text_of": "nothing"}])}), "nothing"),
    ],
)
def test_what_would_be_no_profile_is_refused_with_its_reason(change: Change, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edited(SAMPLE, change)


def test_a_built_in_profile_is_changed_by_a_file_of_the_home(tmp_path: Path) -> None:
    home = HomeProfiles(tmp_path / "profiles")
    before = home.text("sample")
    after = home.save("sample", before.revision, Change(RANGE, selectors={"follow_button": FOLLOW}))
    assert (before.own, after.own, after.built_in) == (False, True, True)
    assert (BUILT_IN / "sample.yaml").read_text(encoding="utf-8") == before.text
    compiled = load_profile("sample", home.folder).for_version("2.0.1")
    assert [match.id for match in compiled.selector("follow_button")] == ["com.phonefleet.sample:id/fresh"]


def test_what_somebody_else_has_saved_meanwhile_is_not_overwritten_and_what_was_before_is_kept(tmp_path: Path) -> None:
    home = HomeProfiles(tmp_path / "profiles")
    first = home.text("sample")
    second = home.save("sample", first.revision, Change(RANGE, selectors={"follow_button": FOLLOW}))
    with pytest.raises(ProfileChanged):
        home.save("sample", first.revision, Change(RANGE, selectors={"like_button": FOLLOW}))
    home.save("sample", second.revision, Change(RANGE, selectors={"like_button": FOLLOW}))
    kept = home.folder / EARLIER / f"sample-{second.revision}.yaml"
    assert kept.read_text(encoding="utf-8") == second.text
    assert home.names() == profile_names()


def test_a_change_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    home = HomeProfiles(tmp_path / "profiles")
    with pytest.raises(EditRefused):
        home.save("sample", home.text("sample").revision, Change(RANGE, pages={"feed": ("nobody",)}))
    assert not home.folder.exists() or not any(home.folder.iterdir())


def test_an_app_without_a_profile_gets_one_that_can_be_changed_at_once(tmp_path: Path) -> None:
    home = HomeProfiles(tmp_path / "profiles")
    made = home.create("notes", "org.example.notes", ">=3")
    rule = SelectorRule.model_validate([{"id": "title"}])
    home.save("notes", made.revision, Change(">=3", selectors={"feed": rule}, pages={"feed": ("feed",)}))
    assert home.load("notes").for_version("3.1").pages == {"feed": ("feed",)}
    with pytest.raises(EditRefused, match="already"):
        home.create("notes", "org.example.notes", ">=3")


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "Sample", "sample.yaml", "x" * 65, "."])
def test_a_name_leads_out_of_no_folder(tmp_path: Path, name: str) -> None:
    home = HomeProfiles(tmp_path / "profiles")
    with pytest.raises(ProfileUnknown):
        home.text(name)
    with pytest.raises(EditRefused):
        home.create(name, "org.example.notes", ">=3")
    assert list(tmp_path.iterdir()) == []


def test_a_difference_is_told_by_its_lines() -> None:
    after = edited(SAMPLE, Change(RANGE, selectors={"follow_button": FOLLOW}))
    assert [line for line in difference(SAMPLE, after) if line[0] in "+-"] == changed_lines_of(SAMPLE, after)


def changed_lines_of(before: str, after: str) -> list[str]:
    return [line[0] + line[2:] for line in changed_lines(before, after)]
