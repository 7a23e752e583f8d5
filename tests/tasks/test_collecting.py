"""Collecting people: everybody of a list once, whatever comes in between, each list by one phone of the request.

Uses person_0660 to person_0679.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from phonefleet.errors import Interrupted, LinkLost, Permanent, Transient
from phonefleet.ledger.values import NewTask
from phonefleet.scripts.scrape_user import ScrapeUserConfig
from phonefleet.scripts.script import UnknownConfig
from tasks import showing
from tasks.collecting import collect_people, sources
from tasks.context import RunContext, running
from tests.tasks.on_phones import Killed, on_a_phone, until_done
from virtual_phones.sample.screens.profiles.people import MOST
from virtual_phones.world import World


def config(**given: object) -> ScrapeUserConfig:
    return ScrapeUserConfig.model_validate(given)


def scrape(wanted: ScrapeUserConfig) -> list[str]:
    """Do what the flow does, and return how each list ended."""
    return [collect_people.fn(source, wanted) for source in sources(wanted)]


def kept(context: RunContext) -> list[str]:
    task = context.ledger.tasks.get(context.task_id)
    assert task is not None
    return [user.username for user in context.ledger.scraping.users(task)]


def progress(context: RunContext) -> tuple[int, int]:
    task = context.ledger.tasks.get(context.task_id)
    assert task is not None
    return task.progress.done, task.progress.total


def nothing_shown(_show: object) -> None:
    """Show nothing."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests run without Prefect, where nothing can be shown."""
    monkeypatch.setattr(showing, "_shown", nothing_shown)


pytestmark = pytest.mark.usefixtures("shown")


def test_the_followers_of_a_person_are_collected_in_order(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version)
    assert scrape(config(target_username="@example_user", max_scrape_count=1000)) == ["collected"]
    assert kept(context) == world.followers("example_user")[:MOST]
    assert progress(context) == (MOST, MOST)
    assert context.report.outcomes == [
        {"target": "example_user", "outcome": "collected", "seen": str(MOST), "kept": str(MOST)}
    ]


def test_no_more_are_collected_than_asked_for(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version)
    scrape(config(target_username=["example_user"], max_scrape_count=13))
    assert kept(context) == world.followers("example_user")[:13]
    assert progress(context) == (13, 13)


def test_search_results_are_collected_by_keyword(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version)
    wanted = config(scrape_mode="keyword", search_keyword=["person_066", "nobody at all"], max_scrape_count=100)
    assert scrape(wanted) == ["collected", "empty"]
    assert sorted(kept(context)) == [f"person_066{number}" for number in range(10)]


def test_private_missing_and_empty_lists_are_told_apart_and_end_nothing(
    context: RunContext, world: World, version: str
) -> None:
    on_a_phone(context, world, version)
    targets = ["private_0066", "nobody_at_all", "studio_001", "person_0661"]
    outcomes = scrape(config(scrape_mode="following", target_username=targets))
    assert outcomes == ["private", "missing", "empty", "collected"]
    assert [each["outcome"] for each in context.report.outcomes] == outcomes
    assert kept(context) == list(dict.fromkeys(world.following("person_0661")))


def test_a_task_that_can_read_none_of_its_lists_fails_and_says_why(
    context: RunContext, world: World, version: str
) -> None:
    on_a_phone(context, world, version)
    with pytest.raises(Permanent, match="@private_0066 is private; @nobody_at_all does not exist"):
        scrape(config(target_username=["private_0066", "nobody_at_all"]))


def test_an_empty_list_is_no_failure(context: RunContext, world: World, version: str) -> None:
    on_a_phone(context, world, version)
    assert scrape(config(target_username=["studio_001"])) == ["empty"]
    assert progress(context) == (1, 1)


def test_a_stop_ends_it_between_two_screens_and_keeps_what_there_is(
    context: RunContext, world: World, version: str
) -> None:
    on_a_phone(context, world, version)
    wanted = config(target_username=["example_user"])
    for source in sources(wanted):
        context.stop.set("stopped")
        with pytest.raises(Interrupted):
            collect_people.fn(source, wanted)
        break


@pytest.mark.parametrize("trouble", [Transient, Killed])
@pytest.mark.parametrize("seed", [1])
def test_troubles_and_kills_neither_lose_nor_repeat_anybody(
    context: RunContext, world: World, version: str, seed: int, trouble: type[BaseException]
) -> None:
    wanted = config(target_username=["example_user", "person_0662"])

    tries = itertools.count()

    def go() -> list[str]:
        rate = 0.2 if trouble is Transient else 0.02
        kind = LinkLost if trouble is Transient else trouble
        on_a_phone(context, world, version, rate=rate, seed=1000 * seed + next(tries), trouble=kind)
        return scrape(wanted)

    until_done(go, trouble)
    expected = [*world.followers("example_user")[:MOST], *world.followers("person_0662")]
    assert kept(context) == list(dict.fromkeys(expected))


@pytest.fixture
def second(context: RunContext, tmp_path: Path) -> RunContext:
    """The run of another phone for the same request."""
    assert tmp_path
    request_id = uuid4()
    context.request_id = request_id
    [context.task_id] = context.ledger.tasks.create([_task(context, "serial", request_id)])
    other = replace(context, serial="serial-2", stop=type(context.stop)(), report=type(context.report)())
    [other.task_id] = context.ledger.tasks.create([_task(context, "serial-2", request_id)])
    return other


def _task(context: RunContext, serial: str, request_id: UUID) -> NewTask:
    now = context.clock.now()
    return NewTask("scrape_user", UnknownConfig(), serial, "sample", now, now, request_id=request_id)


def test_phones_of_one_request_share_the_lists_and_find_nobody_twice(
    context: RunContext, second: RunContext, world: World, version: str
) -> None:
    on_a_phone(context, world, version)
    on_a_phone(second, world, version)
    names = ["person_0663", "example_user", "person_0664", "person_0665"]
    wanted = config(target_username=names)
    runs = {"one": (context, sources(wanted)), "two": (second, iter([""]))}
    with running(second):
        runs["two"] = (second, sources(wanted))
    read: dict[str, list[str]] = {"one": [], "two": []}
    for turn in ("one", "two", "two", "one", "two", "one"):
        run, lists = runs[turn]
        with running(run):
            if source := next(lists, ""):
                read[turn].append(source)
                collect_people.fn(source, wanted)
    assert sorted(read["one"] + read["two"]) == sorted(names)
    assert read["one"]
    assert read["two"]
    everybody = [*kept(context), *kept(second)]
    assert len(everybody) == len(set(everybody))
    expected = {name for source in names for name in world.followers(source)[:MOST]}
    assert set(everybody) == expected


def test_a_phone_that_comes_late_says_that_nothing_was_left(
    context: RunContext, second: RunContext, world: World, version: str
) -> None:
    on_a_phone(context, world, version)
    wanted = config(target_username=["person_0666"])
    scrape(wanted)
    with running(second):
        assert scrape(wanted) == []
    assert second.report.notes == ["other phones of the request read all lists"]
    assert progress(second) == (1, 1)
