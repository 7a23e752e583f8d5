"""What comes between a script and the person whom it is to follow: each has its own cure, and nobody else is touched.

All on the made-up app, in the language that the recording says.
"""

from __future__ import annotations

from itertools import cycle

import pytest

from phonefleet.errors import AppCrashed, Challenge, DeviceLocked, PhonefleetError, UnknownScreen
from tests.screens import replayed, scenes, system
from tests.screens.building import Box, Window
from tests.screens.lane import Lane, Run, inside
from tests.screens.recording import Recording
from tests.screens.replayed import FOLLOW, ME, OWNER, App
from tests.screens.wording import LANGUAGES

LANGUAGE_OF = dict(zip((maker.name for maker in system.MAKERS), cycle(LANGUAGES), strict=False))
"""In which language each maker's phone is."""


def interrupted(language: str, *between: Window, seed: int = 0, alone: bool = False) -> Recording:
    """Return a way to somebody's profile on which a screen shows first; nothing leads on from there yet."""
    made = scenes.following(language, seed=seed)
    made.steps = [step for step in made.steps if "link" not in step]
    made.screen("between", *between, alone=alone)
    made.link("between", "kim", scenes.user(OWNER))
    made.link("*", "between", scenes.user(OWNER))
    return made


def asked(maker: system.Maker) -> Recording:
    """The dialog about contacts over the profile, and after the first refusal the second one."""
    language = LANGUAGE_OF[maker.name]
    app = App(language)
    first, second = (system.permission(maker, "Replayed", language, again=again) for again in (False, True))
    made = interrupted(language, app.profile("none"), first, seed=len(maker.name))
    made.screen("again", app.profile("none"), second)
    made.screen("ticked", app.profile("none"), system.permission(maker, "Replayed", language, again=True, ticked=True))
    made.tap("between", "again", box_of(first, maker.first))
    if maker.second == maker.first:
        made.tap_id("again", "ticked", "do_not_ask_checkbox")
        made.tap("ticked", "kim", box_of(second, maker.second))
    made.tap("again", "kim", box_of(second, maker.second))
    return made


def box_of(shown: Window, name: str) -> Box:
    """Return where the element stands whose id ends so."""
    return next(view.box for view in shown.views if view.id.endswith(f"/{name}"))


def crashed(language: str) -> Recording:
    """Android says that the app keeps stopping; its button leads to the phone's home screen."""
    dialog = system.keeps_stopping("Replayed", language)
    made = interrupted(language, dialog)
    made.screen("launcher", system.launcher())
    made.tap("between", "launcher", box_of(dialog, "aerr_close"))
    made.steps = [step for step in made.steps if step["on"] != "between" or "link" not in step]
    made.steps.insert(0, {"on": "launcher", "link": scenes.user(OWNER), "goto": "kim"})
    return made


def hung(language: str) -> Recording:
    """Android says that the app does not answer; after a wait it does."""
    dialog = system.not_responding("Replayed", language)
    made = interrupted(language, App(language).profile("none"), dialog)
    made.tap("between", "kim", box_of(dialog, "aerr_wait"))
    return made


def offered(language: str) -> Recording:
    """The app asks for something that can be put off, over the profile."""
    app = App(language)
    made = interrupted(language, app.profile("none"), app.offer())
    made.tap_id("between", "kim", "offer_no")
    return made


def refused(language: str) -> Recording:
    """After the touch of Follow the app says that this is blocked."""
    app, made = App(language), scenes.following(language)
    made.screen("refused", app.profile("none"), app.refusal())
    made.tap_id("refused", "kim", "refusal_ok")
    made.steps.insert(0, {"on": "kim", "tap": {"bounds": "[40,640][640,750]"}, "goto": "refused"})
    return made


def shaded(language: str) -> Recording:
    """The notifications are down; Back puts them away."""
    made = interrupted(language, system.shade())
    made.back("between", "kim")
    return made


def stopped_at_once(language: str) -> Recording:
    """The app has stopped the account before anything was done."""
    made = scenes.following(language)
    made.screen("home", App(language).stop())
    return made


def browsing(language: str) -> Recording:
    """The link has opened a browser, and only from there it leads to the app."""
    return interrupted(language, system.other_app())


RECORDINGS = {
    **{f"asked by {maker.name}": asked(maker) for maker in system.MAKERS},
    **{f"crashed {language}": crashed(language) for language in LANGUAGES},
    **{f"hung {language}": hung(language) for language in LANGUAGES},
    **{f"offered {language}": offered(language) for language in LANGUAGES},
    **{f"refused {language}": refused(language) for language in LANGUAGES},
    **{f"stopped {language}": interrupted(language, App(language).stop()) for language in LANGUAGES},
    "stopped at once": stopped_at_once("ru"),
    "strange": interrupted("ru", App("ru").unheard_of()),
    "locked": interrupted("fr", system.keyguard("fr")),
    "shaded": shaded("en"),
    "browsing": browsing("ru"),
    "broken": interrupted("en", system.broken(), alone=True),
}


def follow(lane: Lane, phone: str) -> Run:
    """Let the account follow the owner on a phone."""
    return lane.run("follow", phone, replayed.NAME, ME, target_users=[OWNER])


def touched(run: Run) -> list[tuple[str | None, str]]:
    """Return where and what was tapped once the accounts had been looked at."""
    return [(each.screen, each.id.rpartition("/")[2]) for each in run.taps() if each.screen not in {"home", "me"}]


def followed_once(run: Run) -> bool:
    """Tell whether the owner's button was touched once, on the profile, and the task ended well."""
    taps = run.taps("kim")
    return run.completed and run.states() == ["done"] and len(taps) == 1 and inside(taps[0], FOLLOW)


@pytest.mark.parametrize("maker", system.MAKERS, ids=lambda maker: maker.name)
def test_permissions_are_refused_by_their_own_button_the_second_time_too(lane: Lane, maker: system.Maker) -> None:
    run = follow(lane, f"asked by {maker.name}")
    assert followed_once(run), run.remark
    ticks = [("again", "do_not_ask_checkbox")] if maker.second == maker.first else []
    last = "ticked" if ticks else "again"
    assert touched(run) == [("between", maker.first), *ticks, (last, maker.second), ("kim", "rel")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_app_that_keeps_stopping_is_closed_and_started_again(lane: Lane, language: str) -> None:
    run = follow(lane, f"crashed {language}")
    assert followed_once(run), run.remark
    assert touched(run) == [("between", "aerr_close"), ("kim", "rel")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_app_that_does_not_answer_is_waited_for(lane: Lane, language: str) -> None:
    run = follow(lane, f"hung {language}")
    assert followed_once(run), run.remark
    assert touched(run) == [("between", "aerr_wait"), ("kim", "rel")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_is_put_off(lane: Lane, language: str) -> None:
    run = follow(lane, f"offered {language}")
    assert followed_once(run), run.remark
    assert touched(run) == [("between", "offer_no"), ("kim", "rel")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_of_the_app_holds_the_account_and_nothing_is_repeated(lane: Lane, language: str) -> None:
    run = follow(lane, f"refused {language}")
    assert run.states() == ["failed"]
    assert run.is_held
    assert touched(run) == [("kim", "rel"), ("refused", "refusal_ok")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_holds_the_account_and_nothing_is_touched(lane: Lane, language: str) -> None:
    run = follow(lane, f"stopped {language}")
    assert_stopped(run, Challenge)


def test_a_stop_holds_the_account_that_is_active_where_the_task_names_none(lane: Lane) -> None:
    assert_stopped(lane.run("follow", "stopped ru", replayed.NAME, target_users=[OWNER]), Challenge)


def test_a_stop_that_shows_from_the_start_holds_the_only_account_of_the_phone(lane: Lane) -> None:
    lane.ledger.accounts.sync(lane.fleet.serial("stopped at once"), replayed.NAME, [ME])
    run = lane.run("follow", "stopped at once", replayed.NAME, target_users=[OWNER])
    assert isinstance(run.error, Challenge)
    [account] = lane.ledger.accounts.matching([ME], replayed.NAME)
    assert account.hold_reason == run.remark
    assert [each.kind for each in run.touches] == []


def test_a_full_screen_that_nobody_knows_is_a_stop(lane: Lane) -> None:
    run = follow(lane, "strange")
    assert_stopped(run, UnknownScreen)
    assert "4711" in run.remark


def assert_stopped(run: Run, kind: type[PhonefleetError]) -> None:
    """See that the account is held, that a person gets to see why, and that nothing was touched."""
    assert isinstance(run.error, kind)
    assert run.error.evidence is not None
    assert run.error.evidence.screenshot
    assert run.error.evidence.hierarchy
    assert run.account is not None
    assert run.account.hold_reason == run.remark
    assert touched(run) == []
    assert set(run.states()) <= {"failed"}


def test_a_keyguard_is_for_a_person_and_no_crash(lane: Lane) -> None:
    run = follow(lane, "locked")
    assert isinstance(run.error, DeviceLocked)
    assert touched(run) == []
    assert not run.is_held


def test_the_shade_is_put_away(lane: Lane) -> None:
    run = follow(lane, "shaded")
    assert followed_once(run), run.remark
    assert touched(run) == [("kim", "rel")]


def test_another_app_in_front_is_left_alone(lane: Lane) -> None:
    run = follow(lane, "browsing")
    assert run.taps("between") == []
    assert followed_once(run) or isinstance(run.error, AppCrashed), run.remark


def test_a_broken_service_is_no_word_of_the_app(lane: Lane) -> None:
    run = follow(lane, "broken")
    assert run.taps("between") == []
    assert followed_once(run) or "accessibility service" in run.remark
    assert not run.is_held
