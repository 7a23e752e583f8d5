"""What cannot be taken back needs selectors that were seen to work on the very phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apps import AppProfile, ProfileBroken, VersionProfile, load_profile, profile_names
from phonefleet.apps.loading import BUILT_IN
from phonefleet.apps.screens.selector import Match, Selector, fingerprint
from phonefleet.apps.verification import NEEDS, fingerprints, needed_for, require_verified
from phonefleet.errors import UnsupportedApp, UnverifiedProfile

SAMPLE = load_profile("sample")


def unverified(*names: str, without: tuple[str, ...] = ()) -> VersionProfile:
    """Return the sample's profile with some selectors unverified and some left out."""
    rules = SAMPLE.rules.model_dump(by_alias=True, exclude_unset=True)
    for version in rules["versions"]:
        for name in names:
            version["selectors"][name] |= {"verified": False, "read_for": "1.4.2"}
        for name in without:
            del version["selectors"][name]
            version["pages"] = {}
    return AppProfile(type(SAMPLE.rules).model_validate(rules | {"pages": {}})).for_version("1.4.2")


def test_the_sample_profile_may_do_everything() -> None:
    for kind in NEEDS:
        require_verified(SAMPLE.for_version("2.0.1"), kind, "phone-1", {})


def test_each_need_is_a_selector_of_the_sample_profile() -> None:
    assert {name for names in NEEDS.values() for name in names} <= set(SAMPLE.for_version("1.4.2").selectors)


def test_an_unverified_selector_refuses_what_needs_it_and_says_what_to_do() -> None:
    profile = unverified("follow_button", "unfollow_confirm", "feed")
    with pytest.raises(UnverifiedProfile) as refused:
        require_verified(profile, "follow", "phone-1", {})
    assert "follow needs follow_button of the profile sample" in refused.value.message
    assert "phonefleet profile check --device phone-1 --app sample --here --record" in refused.value.message


def test_what_was_seen_to_work_is_trusted() -> None:
    profile = unverified("follow_button", "unfollow_confirm")
    seen = fingerprints(profile, ["follow_button"])
    require_verified(profile, "follow", "phone-1", seen)
    with pytest.raises(UnverifiedProfile, match="unfollow needs unfollow_confirm of"):
        require_verified(profile, "unfollow", "phone-1", seen)


def test_a_selector_that_was_changed_since_is_trusted_no_longer() -> None:
    profile = unverified("follow_button")
    with pytest.raises(UnverifiedProfile):
        require_verified(profile, "follow", "phone-1", {"follow_button": "0" * 16})


def test_a_selector_that_the_profile_lacks_is_named() -> None:
    profile = unverified(without=("following_button",))
    with pytest.raises(UnsupportedApp, match="the profile sample does not know the selector 'following_button'"):
        require_verified(profile, "follow", "phone-1", {})


def test_an_action_that_declares_no_needs_is_refused_by_an_unverified_profile() -> None:
    with pytest.raises(UnverifiedProfile, match="which selectors 'juggle' needs"):
        require_verified(unverified("feed"), "juggle", "phone-1", {})


@pytest.mark.parametrize("name", [name for name in profile_names() if name != "sample"])
def test_each_selector_of_a_real_app_is_marked_with_the_version_it_was_read_for(name: str) -> None:
    profile = load_profile(name)
    for version in profile.variants():
        assert set(version.unverified) == set(version.selectors)
    source = yaml.safe_load((BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8"))
    for group in (source, *source["versions"]):
        popups: list[Any] = [*group.get("popups", ()), *group.get("challenges", ()), *group.get("blocked", ())]
        assert all(each["verified"] is False for each in popups)


def test_where_display_names_show_an_action_needs_what_leads_to_the_handle() -> None:
    tiktok = load_profile("tiktok").for_version("43.1.4")
    assert {"post_owner_open", "profile_username"} <= set(needed_for(tiktok, "like"))
    assert {"profile_name", "profile_username"} <= set(needed_for(tiktok, "comment"))
    assert needed_for(SAMPLE.for_version("1.4.2"), "like") == NEEDS["like"]


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ("verified: false", "needs `read_for`"),
        ('read_for: "1.0"', "nothing else does"),
        ('verified: false, read_for: ""', "must not be empty"),
        ('verified: maybe, read_for: "1"', "must be true or false"),
    ],
)
def test_the_mark_is_whole_or_refused(tmp_path: Path, mark: str, complaint: str) -> None:
    source = (BUILT_IN / "sample.yaml").read_text(encoding="utf-8")
    marked = re.sub(r"feed: \[(\{.*?)\]", rf"feed: {{any: [\1], {mark}}}", source, count=1)
    (tmp_path / "sample.yaml").write_text(marked, encoding="utf-8")
    with pytest.raises(ProfileBroken, match=complaint):
        load_profile("sample", tmp_path)


texts = st.text(max_size=3)
matches = st.builds(
    Match,
    id=st.none() | texts,
    texts=st.none() | st.frozensets(texts, max_size=3),
    text_pattern=st.none() | st.sampled_from([re.compile("a.*"), re.compile("b")]),
    checked=st.none() | st.booleans(),
)
selectors = st.lists(matches, min_size=1, max_size=3).map(tuple)


@given(one=selectors, other=selectors)
def test_fingerprints_are_equal_exactly_when_the_rules_are(one: Selector, other: Selector) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
