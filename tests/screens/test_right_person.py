"""A script touches the person who is meant, by handle, where exactly one button fits; or else nothing, and says why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonefleet.errors import DoNotContact, PhonefleetError, ScreenUnclear, TargetMissing
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from tests.screens import replayed, scenes, system
from tests.screens.building import Box, View, Window, moved, text, view
from tests.screens.lane import Lane, Run, inside
from tests.screens.recording import Recording
from tests.screens.replayed import FOLLOW, ME, MESSAGE, OTHER, OWNER, SEND, App
from tests.screens.wording import LANGUAGES

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BEFORE = {"home", "me", "accounts"}
"""The screens on which a script makes sure which account acts."""

ELSEWHERE: Box = (40, 760, 640, 790)
"""Between the owner's button and the cards of strangers."""


def showing(language: str, *windows: Window, seed: int = 0) -> Recording:
    """Return a way to a profile that looks like this, on which nothing leads on."""
    made = scenes.begun(language, seed)
    made.screen("kim", *windows)
    made.link("*", "kim", scenes.user(OWNER))
    return made


def with_more(shown: Window, *more: View) -> Window:
    """Return a window with further views in it."""
    return Window(shown.package, view("FrameLayout", shown.root.box, *shown.root.children, *more), shown.display)


def another(app: App, says: replayed.Relation) -> View:
    """Return a second button in the owner's place."""
    return view("LinearLayout", ELSEWHERE, text(ELSEWHERE, app.say(says), "rel"), taps=True)


def unclear(language: str, says: replayed.Relation) -> Recording:
    """A profile with a second button in the owner's place."""
    app = App(language)
    return showing(language, with_more(app.profile("none"), another(app, says)))


def handle(name: str) -> View:
    """Return a second handle on a profile."""
    return text((720, 310, 1040, 360), f"@{name}", "handle")


def beside(language: str) -> Recording:
    """A followed profile with all that phones show around an app: a cutout, a handle, a cover display, a bubble."""
    around = (system.cutout(), system.edge_handle(), system.cover_display(), system.bubble())
    return showing(language, App(language).profile("following"), *around, seed=3)


def around_one(language: str) -> Recording:
    """The same where nobody is followed yet."""
    app, made = App(language), beside(language)
    around = made.screens["kim"][1:]
    made.screen("kim", app.profile("none"), *around)
    made.screen("kim after", app.profile("following"), *around)
    made.tap("kim", "kim after", FOLLOW)
    return made


def half_covered(language: str) -> Recording:
    """A bubble of another app lies over the middle of the owner's button."""
    app, made = App(language), scenes.begun(language)
    over = moved(system.bubble(), FOLLOW[0] + 200 - 900, FOLLOW[1] - 20 - 1900)
    made.screen("kim", app.profile("none"), over)
    made.screen("kim after", app.profile("following"), over)
    made.link("*", "kim", scenes.user(OWNER))
    made.tap("kim", "kim after", FOLLOW)
    return made


def other_conversation(language: str) -> Recording:
    """The button for messages leads into the conversation with somebody else."""
    app, made = App(language), scenes.begun(language)
    made.screen("kim", app.profile("following"))
    made.screen("thread", app.thread(partner=OTHER))
    made.link("*", "kim", scenes.user(OWNER))
    made.tap("kim", "thread", MESSAGE)
    return made


def two_senders(language: str) -> Recording:
    """The conversation has two buttons that could send."""
    made = scenes.writing(language)
    second = view("ImageView", (740, 2000, 880, 2100), id="send", desc="➤", taps=True)
    made.screen("thread", with_more(made.screens["thread"][0], second))
    return made


RECORDINGS = {
    "followed": showing("en", App("en").profile("following")),
    "followed in French": showing("fr", App("fr").profile("following")),
    "asked": showing("ru", App("ru").profile("requested")),
    "followers": scenes.following("ru", "back"),
    "two buttons en": unclear("en", "none"),
    "two buttons ru": unclear("ru", "back"),
    "contradiction en": unclear("en", "following"),
    "contradiction fr": unclear("fr", "requested"),
    "somebody else": showing("en", App("en").profile("none", owner=OTHER, name=replayed.OTHER_NAME)),
    "two handles": showing("en", with_more(App("en").profile("none"), handle(OTHER))),
    "a longer handle": showing("ru", App("ru").profile("none", owner=f"{OWNER}n")),
    "nobody": showing("fr", App("fr").nobody()),
    "oneself": showing("en", App("en").me(handle=OWNER)),
    "named Follow": showing("en", App("en").profile("following", name="Follow")),
    "beside": beside("en"),
    "around one": around_one("ru"),
    "half covered": half_covered("en"),
    "other conversation": other_conversation("ru"),
    "two senders": two_senders("en"),
    "closed": scenes.writing("fr", closed=True),
    **{f"liked {language}": scenes.liking(language, liked=True) for language in LANGUAGES},
    **{
        f"{badge} {language}": scenes.liking(language, badge=badge)
        for badge in ("ad", "live")
        for language in LANGUAGES
    },
}


def follow(lane: Lane, phone: str) -> Run:
    """Let the account follow the owner on a phone."""
    return lane.run("follow", phone, replayed.NAME, ME, target_users=[OWNER])


def touched(run: Run) -> list[str | None]:
    """Return on which screens something was tapped or typed once the accounts had been looked at."""
    return [
        each.screen for each in run.touches if each.kind != "link" and each.screen not in {"home", "me", "accounts"}
    ]


@pytest.mark.parametrize("phone", ["followed", "followed in French", "asked", "named Follow", "beside"])
def test_whoever_is_followed_already_is_not_touched(lane: Lane, phone: str) -> None:
    run = follow(lane, phone)
    assert run.completed, run.remark
    assert run.states() == ["already"]
    assert touched(run) == []


@pytest.mark.parametrize("phone", ["followers", "around one", "half covered"])
def test_whoever_is_not_followed_is_touched_once(lane: Lane, phone: str) -> None:
    run = follow(lane, phone)
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert touched(run) == ["kim"]
    assert inside(run.taps("kim")[0], FOLLOW)
    assert run.taps("kim")[0].package == replayed.PACKAGE


@pytest.mark.parametrize("phone", ["two buttons en", "two buttons ru", "contradiction en", "contradiction fr"])
def test_an_unclear_screen_is_not_touched_and_the_task_says_what_it_saw(lane: Lane, phone: str) -> None:
    run = follow(lane, phone)
    assert isinstance(run.error, ScreenUnclear)
    assert "[40,640][640,750]" in run.remark
    assert "[40,760][640,790]" in run.remark
    assert run.error.evidence is not None
    assert run.error.evidence.hierarchy
    assert touched(run) == []


@pytest.mark.parametrize("phone", ["somebody else", "two handles", "a longer handle"])
def test_a_profile_that_is_not_surely_theirs_is_not_touched(lane: Lane, phone: str) -> None:
    run = follow(lane, phone)
    assert not run.completed
    assert OWNER in run.remark
    assert touched(run) == []


@pytest.mark.parametrize(("phone", "error"), [("nobody", TargetMissing), ("oneself", PhonefleetError)])
def test_whoever_cannot_be_followed_is_not_touched(lane: Lane, phone: str, error: type[PhonefleetError]) -> None:
    run = follow(lane, phone)
    assert isinstance(run.error, error)
    assert touched(run) == []


def test_whoever_is_not_to_be_contacted_is_known_by_handle(lane: Lane) -> None:
    lane.ledger.do_not_contact.put([DoNotContactEntry(OWNER.upper(), None, "asked us", NOW)])
    run = follow(lane, "followers")
    assert isinstance(run.error, DoNotContact)
    assert touched(run) == []


def test_nothing_is_written_into_the_conversation_with_somebody_else(lane: Lane) -> None:
    run = lane.run(
        "message", "other conversation", replayed.NAME, ME, target_users=[OWNER], message_contents=[scenes.TEXT]
    )
    assert not run.completed
    assert set(touched(run)) == {"kim"}
    assert [each for each in run.touches if each.kind == "text"] == []


def test_nothing_is_sent_where_two_buttons_could_send(lane: Lane) -> None:
    run = lane.run("message", "two senders", replayed.NAME, ME, target_users=[OWNER], message_contents=[scenes.TEXT])
    assert isinstance(run.error, ScreenUnclear)
    assert [each for each in run.taps("thread") if each.id.endswith("/send")] == []


def test_whoever_takes_no_messages_is_passed_over(lane: Lane) -> None:
    run = lane.run("message", "closed", replayed.NAME, ME, target_users=[OWNER], message_contents=[scenes.TEXT])
    assert run.completed, run.remark
    assert [each["outcome"] for each in run.outcomes] == ["skipped"]
    assert [each for each in run.taps("thread") if inside(each, SEND)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["liked", "ad", "live"])
def test_what_is_liked_already_and_what_is_no_plain_post_is_not_touched(lane: Lane, kind: str, language: str) -> None:
    phone = f"{kind} {language}"
    run = lane.run("like", phone, replayed.NAME, ME, target_users=[OWNER], view_duration=[1, 2])
    assert run.completed, run.remark
    assert touched(run) == ["kim"]
