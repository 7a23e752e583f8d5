"""App profiles: what the format accepts, and how it complains."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apps import AppProfile, ProfileBroken, ProfileUnknown, load_profile, profile_names
from phonefleet.errors import UnsupportedApp

GOOD = """\
name: own
package: org.example.own
verified: never
links:
  user: own://u/{username}
texts:
  follow: [Follow, Folgen]
selectors:
  tab: [{id: tab}]
popups:
  - name: hint
    when: [{text: Hint}]
    dismiss: [{id: "android:id/button1"}]
versions:
  - range: ">=1,<2"
    selectors:
      follow_button: [{text_of: follow, class: android.widget.Button}, {desc_matches: "Follow .*"}]
  - range: ">=2"
    texts:
      follow: [Add]
    selectors:
      tab: [{xpath: "//node[@index='3']"}]
      follow_button: [{text_of: follow}]
    popups:
      - name: hint
        when: [{text: New hint}]
        dismiss: [{text: Close}]
"""


def load(folder: Path, source: str, name: str = "own") -> AppProfile:
    (folder / f"{name}.yaml").write_text(textwrap.dedent(source), encoding="utf-8")
    return load_profile(name, folder)


def test_a_users_folder_adds_profiles(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).package == "org.example.own"
    assert profile_names(tmp_path) == ["instagram", "own", "sample", "tiktok"]
    assert load_profile("sample", tmp_path).package == "com.phonefleet.sample"


def test_a_users_profile_wins_over_the_built_in_one(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.replace("name: own", "name: sample"), "sample").package == "org.example.own"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD)
    assert load_profile("own", tmp_path) is first
    assert load(tmp_path, GOOD.replace("verified: never", "verified: long ago")).verified == "long ago"


def test_a_versions_rules_win_over_common_ones(tmp_path: Path) -> None:
    profile = load(tmp_path, GOOD)
    old, new = profile.for_version("1.9.9"), profile.for_version("2.0")
    assert old.selector("tab")[0].id == "org.example.own:id/tab"
    assert new.selector("tab")[0].xpath == "//node[@index='3']"
    assert old.selector("follow_button")[0].texts == {"Follow", "Folgen"}
    assert new.selector("follow_button")[0].texts == {"Add"}
    assert [popup.when[0].texts for popup in new.popups] == [{"New hint"}]
    assert old.popups[0].dismiss[0].id == "android:id/button1"


@pytest.mark.parametrize(
    ("version", "covered"),
    [("1", True), ("1.99.0.7", True), ("2.0.1-beta (4711)", True), ("0.9", False), ("", False), ("beta", False)],
)
def test_versions_are_compared_by_their_numbers(tmp_path: Path, version: str, covered: bool) -> None:  # noqa: FBT001
    profile = load(tmp_path, GOOD)
    if covered:
        assert profile.for_version(version).version == version
    else:
        with pytest.raises(UnsupportedApp, match=r">=1,<2 or >=2"):
            profile.for_version(version)


ONLY_OLD = {"create_reel", "create_story"}
"""The old version asks where a post is to appear before it shows the composer."""
ONLY_NEW = {"composer_more", "composer_reel_on", "composer_reel_off", "composer_story_on", "composer_story_off"}
"""The new one asks it in the composer."""


def test_the_sample_profile_has_the_same_selectors_for_both_versions_but_for_what_only_one_of_them_has() -> None:
    sample = load_profile("sample")
    old, new = (set(sample.for_version(version).selectors) for version in ("1.4.2", "2.0.1"))
    assert (old - new, new - old) == (ONLY_OLD, ONLY_NEW)


@given(username=st.text(min_size=1))
def test_values_in_links_are_encoded(username: str) -> None:
    link = load_profile("sample").for_version("1.4.2").link("user", username=username.encode(errors="replace").decode())
    assert link.startswith("sample://user/")
    assert not set(link.removeprefix("sample://user/")) & set("/?#&'\"; $`\\\n{}")


@pytest.mark.parametrize(
    "name", ["", "../sample", "/etc/passwd", "sample.yaml", "Sample", "a/b", ".", "sample\0", "sample\n"]
)
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProfileUnknown, match="there are: instagram, sample"):
        load_profile(name, tmp_path)


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("name: own", "name: other", "not that of the file"),
        ("verified: never", "", "verified: is required"),
        ("verified: never", "verified: never\ncolour: red", r"own.yaml:4: colour: is not known"),
        ("{text: Hint}", "{txt: Hint}", r"own.yaml:12: popups\.0\.when\.0\.txt: is not known"),
        ("[{text: Hint}]", "[]", r"own.yaml:12: popups\.0\.when: must not be empty"),
        ("[{text: Hint}]", "[{}]", "must say how to recognize"),
        ("{text: Hint}", "{text: Hint, text_of: follow}", "exclude each other"),
        ("{text: Hint}", "{text: [Hint]}", r"popups\.0\.when\.0\.text: must be a text"),
        ('"Follow .*"', '"Follow (.*"', r"own.yaml:17: .*desc_matches: .*not a regular expression"),
        ("\"//node[@index='3']\"", '"//node["', "not an XPath expression"),
        ('">=1,<2"', '"one to two"', r"own.yaml:15: versions\.0\.range: .*not a range of versions"),
        ("own://u/{username}", "own://u/{password}", "no other placeholder"),
        ("own://u/{username}", "own://u/", "no other placeholder"),
        ("own://u/{username}", "own://u/{username", "links"),
        ("  follow: [Follow, Folgen]", "  fellow: [Follow]", "these are no group of texts: follow"),
        ("versions:", "versions: []\nrest:", "versions"),
        ("name: own", "name: [own", "is no YAML"),
        (GOOD, "", "must be an object"),
        (GOOD, "- a\n- b", "must be an object"),
        (GOOD, "!!python/object/apply:os.getcwd []", "is no YAML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_place(tmp_path: Path, good: str, bad: str, complaint: str) -> None:
    assert good in GOOD
    with pytest.raises(ProfileBroken, match=complaint) as caught:
        load(tmp_path, GOOD.replace(good, bad, 1))
    assert str(tmp_path / "own.yaml") in caught.value.message


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileBroken, match=r"own\.yaml"):
        load_profile("own", tmp_path)
