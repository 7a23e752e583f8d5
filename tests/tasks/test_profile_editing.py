"""Changing a profile: each thing once, whatever comes in between, and the account follows its new username."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from phonefleet.apps.pages.edit_profile import OwnProfile
from phonefleet.errors import ActionBlocked, Rejected, Transient
from phonefleet.media import MediaRefused
from phonefleet.scripts.change_profile import ProfileConfig
from tasks.context import RunContext
from tasks.profile_editing import set_avatar, set_bio, set_link, set_nickname, set_username
from tasks.renames import note_renames
from tests.media_files import picture, written
from tests.tasks.on_phones import ME, Killed, another_task, on_a_phone, states, until_done
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.world import World

NAMES = ("person_0772", "Not Allowed", "corner_shop", "corner_shop_2")


@pytest.fixture(autouse=True)
def _phone(context: RunContext, world: World, version: str, faults: Faults) -> None:
    on_a_phone(context, world, version, faults=faults, drawn=True)
    context.ledger.accounts.sync(context.serial, context.app, list(world.signed_in(1)))


@pytest.fixture
def avatars(tmp_path: Path) -> Path:
    """A folder with three pictures."""
    for number, colour in enumerate(("#c8553d", "#588b8b", "#f28f3b")):
        written(tmp_path / "faces" / f"{number}.jpg", picture(colour=colour))
    return tmp_path / "faces"


def changes(world: World) -> list[tuple[str, str]]:
    return [(each["field"], each["value"]) for each in world.dump()["profile_changes"]]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_each_thing_is_changed_once_and_found_done_afterwards(context: RunContext, world: World) -> None:
    bio = ProfileConfig.model_validate({"bios": "Tea\\nand {cake|bread}"}).bios
    for outcome in ("done", "already"):
        assert set_nickname.fn(("Corner Shop",), "random") == outcome
        assert set_link.fn("https://shop.example") == outcome
        another_task(context)
    assert set_bio.fn(bio, "random") == "done"
    assert changes(world)[:2] == [("name", "Corner Shop"), ("link", "https://shop.example")]
    assert changes(world)[2] in {("bio", "Tea\nand cake"), ("bio", "Tea\nand bread")}
    assert len(changes(world)) == 3


def test_a_change_of_several_things_counts_once(context: RunContext) -> None:
    set_nickname.fn(("Corner Shop",), "random")
    set_bio.fn(("Bread",), "random")
    assert states(context) == ["done", "done"]


def test_values_come_in_turn(context: RunContext, world: World) -> None:
    for context.ordinal in (0, 1, 2):
        set_nickname.fn(("First", "Second"), "sequential")
        another_task(context)
    assert [value for _, value in changes(world)] == ["First", "Second", "First"]


def test_what_the_app_does_not_take_fails_in_its_words(context: RunContext, world: World) -> None:
    with pytest.raises(Rejected, match="the app says: "):
        set_bio.fn(("b" * 81,), "random")
    assert (changes(world), states(context)) == ([], ["failed"])
    assert set_nickname.fn(("Corner Shop",), "random") == "done"


def test_a_blocked_change_is_refused(
    context: RunContext, world: World, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = OwnProfile.save

    def blocked(page: OwnProfile) -> None:
        faults.order(Strike(Fault.ACTION_BLOCKED))
        save(page)

    monkeypatch.setattr(OwnProfile, "save", blocked)
    with pytest.raises(ActionBlocked):
        set_bio.fn(("Bread",), "random")
    assert (changes(world), states(context)) == ([], ["failed"])


def test_the_first_username_that_the_app_takes_is_taken_and_the_account_follows(
    context: RunContext, world: World
) -> None:
    world.follow(ME, "person_0773")
    context.ledger.accounts.hold(ME, context.app, "its owner wants to see this first", context.clock.now())
    before = context.ledger.accounts.get(ME, context.app)
    assert before is not None
    context.ledger.accounts.release(before.id)
    assert set_username.fn(NAMES, "sequential") == "done"
    assert changes(world) == [("username", "corner_shop")]
    after = context.ledger.accounts.get("corner_shop", context.app)
    assert after is not None
    assert (after.id, after.serial, context.account) == (before.id, before.serial, "corner_shop")
    assert context.ledger.accounts.get(ME, context.app) is None
    assert context.ledger.renames.current_username(ME, context.app) == "corner_shop"
    assert [each.account for each in context.ledger.actions.of_task(context.task_id)] == ["corner_shop"]
    assert set_bio.fn(("Bread",), "random") == "done"


def test_when_no_username_is_taken_the_failure_says_why_of_each(context: RunContext, world: World) -> None:
    with pytest.raises(Rejected, match=r"none of the usernames \(person_0772: the app says: .*; Not Allowed: "):
        set_username.fn(NAMES[:2], "sequential")
    assert (changes(world), context.account, states(context)) == ([], ME, ["failed"])
    assert context.ledger.renames.unfinished(context.serial, context.app) == []


def in_place_of_saving(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Let the process die at the touch that saves, before or after it had its effect."""
    save = OwnProfile.save

    def broken(page: OwnProfile) -> None:
        monkeypatch.setattr(OwnProfile, "save", save)
        if after:
            save(page)
        raise Killed

    monkeypatch.setattr(OwnProfile, "save", broken)


@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_died_at_the_touch_finds_out_which_username_the_account_bears(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    in_place_of_saving(monkeypatch, after=after)
    with pytest.raises(Killed):
        set_username.fn(("corner_shop", "corner_shop_2"), "sequential")
    note_renames()
    context.account = context.ledger.renames.current_username(ME, context.app)
    assert context.account == ("corner_shop" if after else ME)
    assert set_username.fn(("corner_shop", "corner_shop_2"), "sequential") == "done"
    assert changes(world) == [("username", "corner_shop")]
    assert context.account == "corner_shop"


@pytest.mark.parametrize("after", [False, True])
def test_an_avatar_is_changed_once_and_its_file_leaves_the_phone(
    context: RunContext, world: World, avatars: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    in_place_of_saving(monkeypatch, after=after)
    context.ordinal = 1
    with pytest.raises(Killed):
        set_avatar.fn(str(avatars), "sequential")
    assert set_avatar.fn(str(avatars), "sequential") == "done"
    assert changes(world) == [("avatar", digest(avatars / "1.jpg"))]
    assert states(context) == ["done"]


def test_the_same_avatar_can_be_set_again(context: RunContext, world: World, avatars: Path) -> None:
    for _ in range(2):
        assert set_avatar.fn(str(avatars / "0.jpg"), "random") == "done"
        another_task(context)
    assert changes(world) == [("avatar", digest(avatars / "0.jpg"))]


def test_a_picture_that_is_not_ours_to_read_is_refused(world: World) -> None:
    with pytest.raises(MediaRefused):
        set_avatar.fn("/etc/passwd", "random")
    assert changes(world) == []


@pytest.mark.parametrize(("trouble", "rate"), [(None, 0.2), (Killed, 0.1)])
def test_whatever_breaks_everything_is_changed_once(  # noqa: PLR0913, PLR0917 - fixtures
    context: RunContext,
    world: World,
    version: str,
    avatars: Path,
    trouble: type[BaseException] | None,
    rate: float,
) -> None:
    wanted: list[tuple[str, str]] = []
    for seed in range(2):
        another_task(context)
        on_a_phone(context, world, version, faults=Faults(0.1, seed), rate=rate, seed=seed, trouble=trouble, drawn=True)
        face, name = avatars / f"{seed}.jpg", f"corner_shop_{seed}"
        steps: list[Callable[[], object]] = [
            lambda seed=seed: set_bio.fn((f"Number {seed}",), "random"),
            lambda face=face: set_avatar.fn(str(face), "random"),
            lambda name=name: set_username.fn(("person_0774", name), "sequential"),
        ]
        for step in steps:
            until_done(step, trouble or Transient)
        wanted += [("bio", f"Number {seed}"), ("avatar", digest(face)), ("username", name)]
        assert changes(world) == wanted
        assert (context.account, context.ledger.renames.current_username(ME, context.app)) == (name, name)
