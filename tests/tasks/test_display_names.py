"""Where an app shows people by display name: their handle is read, or nothing is done; what was unclear is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phonefleet.apps.pages import people_list
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.errors import DoNotContact, HandleUnknown, OutcomeUnknown
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.scripts.comment import CommentConfig
from phonefleet.scripts.scrape_user import ScrapeUserConfig
from tasks import showing
from tasks.collecting import collect_people, sources
from tasks.comments import comment_on_post
from tasks.context import RunContext
from tasks.posts import find_author, like_post
from tasks.readiness import driver
from tests.tasks.on_phones import ME, on_a_phone, states
from virtual_phones.world import World

AUTHOR = "person_0703"


def showing_names(context: RunContext, world: World, version: str, *places: str, leads: bool = True) -> PostRef:
    """Let the app show display names in some places, and return a post; its author's name leads to the profile."""
    on_a_phone(context, world, version)
    app = driver()
    selectors = dict(app.profile.selectors)
    if app.profile.holds("post_owner") == "handle":  # one version of the app shows display names by itself
        selectors["post_owner_open"] = selectors["post_owner"]
        selectors["profile_name"] = selectors["profile_username"]
    if not leads:
        del selectors["post_owner_open"]
    held = dict(app.profile.held) | dict.fromkeys(places, "display_name")
    app.profile = replace(app.profile, selectors=selectors, held=held)
    return post_at("sample://post/" + world.publish(AUTHOR, "Fresh bread"))


def no_end_in_sight(*_: object) -> bool:
    return False


def nothing_shown(_show: object) -> None:
    """Show nothing: these tests run without Prefect."""


def comment(post: PostRef) -> str | None:
    wanted = {"target_post_urls": [post.target], "comment_content": "Nice."}
    return comment_on_post.fn(post, CommentConfig.model_validate(wanted))


def ours(world: World) -> list[str]:
    return [each["text"] for each in world.dump()["comments"] if each["username"] == ME]


def test_a_post_is_liked_for_the_handle_behind_its_authors_name(
    context: RunContext, world: World, version: str
) -> None:
    post = showing_names(context, world, version, "post_owner")
    assert like_post.fn(post) == "done"
    assert [(like["username"], like["post"]) for like in world.dump()["likes"]] == [(ME, post.id)]


def test_the_do_not_contact_list_is_asked_for_the_handle(context: RunContext, world: World, version: str) -> None:
    post = showing_names(context, world, version, "post_owner")
    context.ledger.do_not_contact.put([DoNotContactEntry(AUTHOR, None, "asked us", context.clock.now())])
    with pytest.raises(DoNotContact):
        like_post.fn(post)
    assert world.dump()["likes"] == []


def test_nothing_is_done_where_nothing_leads_to_the_handle(context: RunContext, world: World, version: str) -> None:
    post = showing_names(context, world, version, "post_owner", leads=False)
    for act in (like_post.fn, find_author.fn, comment):
        with pytest.raises(HandleUnknown, match="post_owner_open"):
            act(post)
    assert (world.dump()["likes"], world.dump()["follows"], ours(world)) == ([], [], [])


@pytest.mark.parametrize("version", ["1.4.2", "2.0.1"])  # comments of 3.2.0 bear handles, and its profiles other names
def test_a_comment_that_bears_a_display_name_is_written_once(context: RunContext, world: World, version: str) -> None:
    post = showing_names(context, world, version, "comment_author", "post_owner")
    assert comment(post) == "done"
    assert ours(world) == ["Nice."]


@pytest.mark.parametrize("version", ["1.4.2", "2.0.1"])  # comments of 3.2.0 bear handles, and its profiles other names
def test_an_equal_comment_may_be_by_somebody_of_the_same_display_name(
    context: RunContext, world: World, version: str
) -> None:
    post = showing_names(context, world, version, "comment_author")
    world.comment(ME, post.id, "Nice.")
    with pytest.raises(OutcomeUnknown, match="was not touched"):
        comment(post)
    assert (ours(world), states(context)) == (["Nice."], ["failed"])


def test_a_list_whose_end_was_not_seen_is_told_as_incomplete(
    context: RunContext, world: World, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_list, "ends", no_end_in_sight)
    monkeypatch.setattr(showing, "_shown", nothing_shown)
    on_a_phone(context, world, version)
    config = ScrapeUserConfig.model_validate({"target_username": ["person_0661"], "scrape_mode": "following"})
    assert [collect_people.fn(source, config) for source in sources(config)] == ["incomplete"]
    people = str(len(set(world.following("person_0661"))))
    shown = {"target": "person_0661", "outcome": "incomplete", "seen": people, "kept": people}
    assert context.report.outcomes == [shown]
    assert "no end of this list" in context.report.notes[0]
