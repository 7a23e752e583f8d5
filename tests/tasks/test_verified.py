"""Nothing irreversible is done by a profile that nobody has seen to work on the phone.

Uses person_0690 to person_0694.
"""

from __future__ import annotations

import re
from typing import get_args

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.loading import BUILT_IN
from phonefleet.apps.verification import NEEDS, fingerprints
from phonefleet.errors import UnsupportedApp, UnverifiedProfile
from phonefleet.limits import Kind
from tasks.context import RunContext
from tasks.people import follow_user
from tests.tasks.on_phones import ME, another_task, on_a_phone, states
from virtual_phones.sample import VERSIONS
from virtual_phones.world import World

OLD, NEW, _ = sorted(VERSIONS)


@pytest.fixture(autouse=True)
def _profile(context: RunContext) -> None:
    """Let the user have a profile of the app in which the follow buttons are unverified."""
    folder = context.settings.home / "profiles"
    folder.mkdir(exist_ok=True)
    source = (BUILT_IN / "sample.yaml").read_text(encoding="utf-8")
    marked = re.sub(
        r"follow_button: (\[.*\])\n",
        lambda found: f'follow_button: {{verified: false, read_for: "1.4", any: {found[1]}}}\n',
        source,
    )
    assert marked.count("verified: false") == len(VERSIONS)
    (folder / "sample.yaml").write_text(marked, encoding="utf-8")


def verify(context: RunContext, version: str, serial: str = "serial") -> None:
    """Record what `phonefleet profile check --record` would."""
    profile = load_profile("sample", context.settings.home / "profiles").for_version(version)
    seen = fingerprints(profile, ["follow_button", "feed"])
    context.ledger.verifications.record(serial, "sample", version, seen, context.clock.now())


def follow(target: str) -> str:
    return follow_user.fn(target, "direct")


def test_an_unverified_action_is_refused_before_anything_is_touched(context: RunContext, world: World) -> None:
    phone = on_a_phone(context, world, OLD)
    with pytest.raises(UnverifiedProfile, match="follow needs follow_button of the profile sample"):
        follow("person_0690")
    assert phone.foreground().package != "com.phonefleet.sample", "the app was not even started"
    assert states(context) == []
    assert world.dump()["follows"] == []


def test_what_was_seen_to_work_on_the_phone_is_done(context: RunContext, world: World) -> None:
    on_a_phone(context, world, OLD)
    verify(context, OLD)
    assert follow("person_0691") == "done"
    assert [each["follower"] for each in world.dump()["follows"]] == [ME]


def test_the_record_of_another_phone_does_not_count(context: RunContext, world: World) -> None:
    on_a_phone(context, world, OLD)
    verify(context, OLD, serial="another")
    with pytest.raises(UnverifiedProfile):
        follow("person_0692")


def test_the_record_ends_with_the_version_of_the_app(context: RunContext, world: World) -> None:
    on_a_phone(context, world, OLD)
    verify(context, OLD)
    assert follow("person_0693") == "done"
    another_task(context, "follow")
    on_a_phone(context, world, NEW)
    with pytest.raises(UnverifiedProfile, match=f"with version {NEW} of the app"):
        follow("person_0694")


def test_a_profile_without_a_selector_that_is_needed_says_which(context: RunContext, world: World) -> None:
    file = context.settings.home / "profiles" / "sample.yaml"
    file.write_text(re.sub(r" {6}following_button: .*\n", "", file.read_text("utf-8")), encoding="utf-8")
    on_a_phone(context, world, OLD)
    verify(context, OLD)
    with pytest.raises(UnsupportedApp, match="the profile sample does not know the selector 'following_button'"):
        follow("person_0694")


def test_every_kind_of_action_says_which_selectors_it_needs() -> None:
    assert set(NEEDS) == set(get_args(Kind))
