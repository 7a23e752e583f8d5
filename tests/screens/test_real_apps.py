"""Scripts on TikTok and Instagram by their own profiles: who is touched in each version and language, and who never."""

from __future__ import annotations

import pytest

from phonefleet.errors import (
    Challenge,
    DoNotContact,
    HandleUnknown,
    PhonefleetError,
    UnknownScreen,
    UnsupportedApp,
    UnverifiedProfile,
)
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from tests.screens import instagram, real_apps, tiktok
from tests.screens.lane import Lane, Run, inside
from tests.screens.real_apps import FOLLOWERS, PICTURE, POST
from tests.screens.still import Steps
from tests.screens.tiktok import ME, OWNER

VERSIONS = tuple(tiktok.IDS)
BEFORE = {"home", "me", "accounts"}

TIKTOK = {
    f"follow {version} {language}": real_apps.tiktok_following(version, language)
    for version in VERSIONS
    for language in ("en", "ru", "fr")
}
RECORDINGS = {
    **TIKTOK,
    **{f"followed {version}": real_apps.tiktok_following(version, "fr", "following") for version in VERSIONS},
    **{f"friends {version}": real_apps.tiktok_following(version, "ru", "friends") for version in VERSIONS},
    **{f"like {version}": real_apps.tiktok_liking(version) for version in VERSIONS},
    **{f"liked {version}": real_apps.tiktok_liking(version, liked=True) for version in VERSIONS},
    "somebody else's video": real_apps.tiktok_liking("47.0.3", owner="leo_hart"),
    "another name": real_apps.tiktok_liking("47.0.3", name="Leo Hart"),
    "people 43.1.4": real_apps.tiktok_collecting("43.1.4"),
    "verification": real_apps.tiktok_showing(tiktok.App().verification()),
    "unheard of": real_apps.tiktok_showing(tiktok.App().unheard_of()),
    **{f"insta follow {language}": real_apps.instagram_following(language) for language in ("en", "ru")},
    **{f"insta followed {language}": real_apps.instagram_following(language, "following") for language in ("en", "ru")},
    "insta asked": real_apps.instagram_following("en", "requested"),
    "insta french": real_apps.instagram_following("fr"),
    **{f"insta unfollow {language}": real_apps.instagram_unfollowing(language) for language in ("en", "ru")},
    **{f"insta like {language}": real_apps.instagram_liking(language) for language in ("en", "ru")},
    "insta joint": real_apps.instagram_liking("en", also="leo_hart"),
    "insta people": real_apps.instagram_collecting(),
    **{f"insta {name}": real_apps.instagram_stopped(name) for name in instagram.STOPS},
}


def on_tiktok(lane: Lane, script: str, phone: str, **config: object) -> Run:
    """Run a script on TikTok as somebody who has checked the profile on the phone."""
    lane.know(phone, "tiktok")
    return lane.run(script, phone, "tiktok", ME, **config)


def on_instagram(lane: Lane, script: str, phone: str, **config: object) -> Run:
    """Run a script on Instagram as somebody who has checked the profile on the phone."""
    lane.know(phone, "instagram")
    return lane.run(script, phone, "instagram", ME, **config)


def touched(run: Run) -> list[str | None]:
    """Return on which screens something was tapped once the accounts had been looked at."""
    return [each.screen for each in run.taps() if each.screen not in BEFORE]


@pytest.mark.parametrize("phone", TIKTOK)
def test_follow_on_tiktok_touches_the_owners_button_and_nothing_else(lane: Lane, phone: str) -> None:
    run = on_tiktok(lane, "follow", phone, target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert touched(run) == ["kim"]
    assert inside(run.taps("kim")[0], tiktok.FOLLOW_BOX)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("relation", ["followed", "friends"])
def test_follow_on_tiktok_leaves_alone_who_is_followed_whatever_cards_say(
    lane: Lane, relation: str, version: str
) -> None:
    run = on_tiktok(lane, "follow", f"{relation} {version}", target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["already"]
    assert touched(run) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_like_on_tiktok_reads_the_handle_first_and_touches_the_heart_once(lane: Lane, version: str) -> None:
    run = on_tiktok(lane, "like", f"like {version}", target_post_urls=[POST], view_duration=[1, 2])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    *names, heart = [each for each in run.taps() if each.screen not in BEFORE]
    assert {each.id for each in names} == {f"{tiktok.PACKAGE}:id/title"}
    assert (heart.screen, inside(heart, tiktok.LIKE_BOX)) == ("video", True)


@pytest.mark.parametrize("phone", ["like 47.0.3", "insta like en"])
def test_whoever_is_not_to_be_contacted_is_known_by_handle_where_a_post_shows_a_name(lane: Lane, phone: str) -> None:
    lane.ledger.do_not_contact.put([DoNotContactEntry(OWNER, None, "asked us", Steps().now())])
    run_on, post = (on_instagram, PICTURE) if phone.startswith("insta") else (on_tiktok, POST)
    run = run_on(lane, "like", phone, target_post_urls=[post], view_duration=[1, 2])
    assert isinstance(run.error, DoNotContact)
    assert [each for each in run.taps() if each.screen not in BEFORE and not each.id.endswith("/title")] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_like_on_tiktok_does_not_take_a_like_back(lane: Lane, version: str) -> None:
    run = on_tiktok(lane, "like", f"liked {version}", target_post_urls=[POST], view_duration=[1, 2])
    assert [each for each in run.taps() if inside(each, tiktok.LIKE_BOX)] == []
    assert run.states() in (["already"], ["failed"]), run.remark


@pytest.mark.parametrize("phone", ["somebody else's video", "another name"])
def test_a_video_that_is_not_surely_theirs_is_not_touched(lane: Lane, phone: str) -> None:
    run = on_tiktok(lane, "like", phone, target_post_urls=[POST], view_duration=[1, 2])
    assert isinstance(run.error, PhonefleetError)
    assert [each for each in run.taps("video") if not each.id.endswith("/title")] == []


def test_scrape_user_on_tiktok_reads_handles_and_touches_no_row(lane: Lane) -> None:
    run = on_tiktok(lane, "scrape_user", "people 43.1.4", scrape_mode="followers", target_username=[OWNER])
    assert run.completed, run.remark
    assert sorted(run.people) == sorted({handle for handles in FOLLOWERS for handle in handles})
    assert touched(run) == ["kim"]


@pytest.mark.parametrize(("phone", "error"), [("verification", Challenge), ("unheard of", UnknownScreen)])
def test_a_stop_on_tiktok_holds_the_account_and_nothing_is_touched(
    lane: Lane, phone: str, error: type[PhonefleetError]
) -> None:
    assert_stopped(on_tiktok(lane, "follow", phone, target_users=[OWNER]), error)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_follow_on_instagram_touches_the_owners_button_and_nothing_else(lane: Lane, language: str) -> None:
    run = on_instagram(lane, "follow", f"insta follow {language}", target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert touched(run) == ["kim"]
    assert inside(run.taps("kim")[0], instagram.FOLLOW_BOX)


@pytest.mark.parametrize("phone", ["insta followed en", "insta followed ru", "insta asked"])
def test_follow_on_instagram_leaves_alone_who_is_followed_or_asked(lane: Lane, phone: str) -> None:
    run = on_instagram(lane, "follow", phone, target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["already"]
    assert touched(run) == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_unfollow_on_instagram_touches_the_owners_button_and_confirms(lane: Lane, language: str) -> None:
    run = on_instagram(lane, "unfollow", f"insta unfollow {language}", target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert [each.id.rpartition("/")[2] for each in run.taps() if each.screen not in BEFORE] == [
        "profile_header_follow_button",
        "follow_sheet_unfollow_row",
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_like_on_instagram_touches_the_heart_and_not_the_follow_button_beside_the_name(
    lane: Lane, language: str
) -> None:
    run = on_instagram(lane, "like", f"insta like {language}", target_post_urls=[PICTURE], view_duration=[1, 2])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert [each.id.rpartition("/")[2] for each in run.taps("post")] == ["row_feed_button_like"]


def test_a_post_by_two_people_is_nobodys(lane: Lane) -> None:
    run = on_instagram(lane, "like", "insta joint", target_post_urls=[PICTURE], view_duration=[1, 2])
    assert isinstance(run.error, HandleUnknown), run.remark
    assert touched(run) == []


def test_scrape_user_on_instagram_reads_handles_and_touches_no_row(lane: Lane) -> None:
    run = on_instagram(lane, "scrape_user", "insta people", scrape_mode="followers", target_username=[OWNER])
    assert run.completed, run.remark
    assert sorted(run.people) == sorted({handle for handles in FOLLOWERS for handle in handles})
    assert touched(run) == ["kim"]


@pytest.mark.parametrize("name", instagram.STOPS)
def test_a_stop_on_instagram_holds_the_account_and_nothing_is_touched(lane: Lane, name: str) -> None:
    assert_stopped(on_instagram(lane, "follow", f"insta {name}", target_users=[OWNER]), Challenge)


def test_a_language_that_the_profile_does_not_know_is_refused_and_nothing_is_touched(lane: Lane) -> None:
    run = lane.run("follow", "insta french", "instagram", ME, target_users=[OWNER])
    assert isinstance(run.error, UnsupportedApp)
    assert "fr" in run.remark
    assert run.touches == []


def test_a_profile_that_nobody_has_checked_touches_nobody(lane: Lane) -> None:
    run = lane.run("follow", "follow 47.0.3 en", "tiktok", ME, target_users=[OWNER])
    assert isinstance(run.error, UnverifiedProfile)
    assert touched(run) == []


def assert_stopped(run: Run, error: type[PhonefleetError]) -> None:
    """See that the account is held, that a person gets to see why, and that nothing was touched."""
    assert isinstance(run.error, error)
    assert run.error.evidence is not None
    assert run.error.evidence.hierarchy
    assert run.account is not None
    assert run.account.hold_reason == run.remark
    assert touched(run) == []


UNKNOWN = {
    "tiktok": ("unfollow", "comment", "message", "profile"),
    "instagram": ("comment", "message", "profile"),
}
"""Scripts for which the profiles lack something that nobody has seen: they say so."""
CONFIGS: dict[str, dict[str, object]] = {
    "unfollow": {"target_users": [OWNER]},
    "comment": {"comment_content": ["Hello"]},
    "message": {"target_users": [OWNER], "message_contents": ["Hello"]},
    "profile": {"nicknames": ["Desk"]},
}


@pytest.mark.parametrize(("app", "script"), [(app, script) for app, scripts in UNKNOWN.items() for script in scripts])
def test_what_a_profile_does_not_know_is_refused_and_nothing_is_touched(lane: Lane, app: str, script: str) -> None:
    phone, runs, post = (
        ("like 47.0.3", on_tiktok, POST) if app == "tiktok" else ("insta like en", on_instagram, PICTURE)
    )
    config = CONFIGS[script] | ({"target_post_urls": [post]} if script == "comment" else {})
    run = runs(lane, script, phone, **config)
    assert isinstance(run.error, UnsupportedApp | UnverifiedProfile), run.remark
    assert [each for each in run.taps() if each.screen not in BEFORE and not each.id.endswith("/title")] == []
    assert [each for each in run.touches if each.kind == "text"] == []
