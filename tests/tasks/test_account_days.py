"""Reading an account's own profile on virtual phones: into its day, without an action, whatever comes in between."""

from __future__ import annotations

from datetime import date

import pytest

from phonefleet.ledger.fleet.account_days import AccountDay
from phonefleet.shown_number import ShownNumber
from tasks.account_days import read_own_numbers
from tasks.context import RunContext
from tests.tasks.on_phones import ME, on_a_phone, states, until_done
from virtual_phones.world import World


def day_of(context: RunContext) -> AccountDay:
    [account] = context.ledger.accounts.matching([ME])
    [day] = context.ledger.account_days.of(account.id, date(2026, 1, 1), date(2026, 12, 31), 10)
    return day


@pytest.mark.parametrize("language", ["en-US", "ru-RU", "fr-FR"])
def test_the_numbers_of_the_day_are_those_of_the_world(
    context: RunContext, world: World, version: str, language: str
) -> None:
    on_a_phone(context, world, version, language=language)
    read_own_numbers.fn()
    day = day_of(context)
    assert (day.day, day.read_at, day.task_id) == (date(2026, 5, 4), context.clock.now(), context.task_id)
    followers, posts = len(world.followers(ME)), len(world.posts_of(ME))
    assert {name: (number.value, number.step) for name, number in day.numbers.items() if name != "likes"} == {
        "followers": (followers, 1),
        "following": (len(world.following(ME)), 1),
        "posts": (posts, 1),
    }
    assert {outcome["target"]: outcome["detail"] for outcome in context.report.outcomes} == {
        name: number.text for name, number in day.numbers.items()
    }
    assert states(context) == []


def test_large_numbers_are_kept_as_rounded_as_the_app_shows_them(context: RunContext, world: World) -> None:
    for caption in ("one", "two"):
        world.publish(ME, caption)
    for post in world.posts_of(ME):
        for number in range(1, 701):
            world.like(f"person_{number:04}", post.id)
    likes = sum(world.reactions.marks("like", post.id) for post in world.posts_of(ME))
    assert likes >= 1400
    on_a_phone(context, world, "3.2.0", language="ru-RU")
    read_own_numbers.fn()
    whole, tenth = likes // 1000, likes % 1000 // 100
    assert day_of(context).numbers["likes"] == ShownNumber(likes // 100 * 100, 100, f"{whole},{tenth} тыс.")


def test_troubles_of_the_phone_end_with_the_same_day(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version, rate=0.1, seed=3)
    until_done(read_own_numbers.fn)
    assert day_of(context).numbers["followers"] == ShownNumber(
        len(world.followers(ME)), 1, day_of(context).numbers["followers"].text
    )
