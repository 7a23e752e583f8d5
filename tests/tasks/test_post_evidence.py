"""What allows another touch that publishes: a profile that positively shows no more than before."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from phonefleet.errors import OutcomeUnknown
from phonefleet.ledger.values import Action, ChosenText, Intent
from phonefleet.scripts.post import PostConfig
from tasks.context import RunContext
from tasks.publishing import publish_post
from tests.media_files import picture, written
from tests.tasks.on_phones import ME, another_task, on_a_phone, states
from virtual_phones.world import World


@pytest.fixture(autouse=True)
def _phone(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version)


def publish(folder: Path, placement: str = "reel", words: str = "Fresh bread") -> str:
    path = written(folder / "1.jpg", picture())
    config = {"content_type": 1, "material_list": [str(path)], "captions": words, "placement": placement}
    return publish_post.fn(PostConfig.model_validate({**config, "post_way": "addButton"}))


def captions(world: World) -> list[str]:
    return [post["caption"] for post in world.dump()["posts"] if post["author"] == ME]


def touched_before(context: RunContext, placement: str, sighting: str) -> None:
    """Let an earlier try have touched, which nobody has seen the end of."""
    key = context.task_id, "post", placement
    intent = Intent(context.task_id, "post", "sample", ME, placement)
    action = context.ledger.actions.intend(intent, context.clock.now(), UTC)
    assert isinstance(action, Action)
    context.ledger.texts.choose(*key, lambda: ChosenText("Fresh bread"))
    context.ledger.sightings.keep(*key, sighting, context.clock.now())
    context.ledger.actions.acting(action.id, intent, context.clock.now(), UTC)


@pytest.mark.parametrize(("waited", "expected"), [(timedelta(minutes=5), "done"), (timedelta(hours=3), "unknown")])
def test_an_unchanged_number_of_a_story_says_little_after_a_while(
    context: RunContext, world: World, tmp_path: Path, waited: timedelta, expected: str
) -> None:
    publish(tmp_path, "story")
    another_task(context)
    clock: Any = context.clock
    touched_before(context, "story", json.dumps({"alike": 1, "tiles": [], "at": clock.now().isoformat()}))
    clock.time += waited
    with nullcontext() if expected == "done" else pytest.raises(OutcomeUnknown, match="seen long ago"):
        publish(tmp_path, "story")
    assert (len(captions(world)), states(context)) == (2 if expected == "done" else 1, [expected])


@pytest.mark.parametrize("sighting", ["0", '{"alike": 0, "tiles": ["something else"], "at": null}'])
def test_a_profile_that_does_not_show_what_it_did_before_allows_no_second_post(
    context: RunContext, world: World, tmp_path: Path, sighting: str
) -> None:
    world.publish(ME, "By hand")
    touched_before(context, "reel", sighting)
    with pytest.raises(OutcomeUnknown, match="may have happened"):
        publish(tmp_path)
    assert (captions(world), states(context)) == (["By hand"], ["unknown"])


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_empty_profile_that_now_has_only_posts_of_other_tasks_shows_that_nothing_was_published(
    context: RunContext, world: World, tmp_path: Path, *, by_hand: bool
) -> None:
    first = context.task_id
    touched_before(context, "reel", '{"alike": 0, "tiles": [], "at": null}')
    others = ["Other words"]
    another_task(context)
    publish(tmp_path, words=others[0])
    if by_hand:
        world.publish(ME, "By hand")
        others.append("By hand")
    context.task_id = first
    with pytest.raises(OutcomeUnknown, match="may have happened") if by_hand else nullcontext():
        publish(tmp_path)
    assert captions(world) == (others if by_hand else [*others, "Fresh bread"])
    assert states(context) == ["unknown" if by_hand else "done"]
