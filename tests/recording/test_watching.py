"""A person uses a phone, and each new screen is recorded once, with what the fingers did.

The person acts while the watch waits, so nothing depends on time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import StopSignal
from phonefleet.errors import LinkLost
from phonefleet.geometry import Point, Rect
from phonefleet.recording.course import Course, typing_joined
from phonefleet.recording.deeds import Deed
from phonefleet.recording.likeness import rough
from phonefleet.recording.watching import Watch
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.input import hand
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.shell.channels import Streams, nothing
from virtual_phones.shell.commands.display.touch_events import written
from virtual_phones.shell.session import Session
from virtual_phones.system.traits import Traits
from virtual_phones.windows.equipment import Equipment
from virtual_phones.world import World

PATIENCE = 12
"""How many waits of the watch pass between two actions of the person."""


class Unhurried:
    """A clock whose waits pass at once, and in which the person does one thing after the other."""

    def __init__(self, actions: Sequence[Callable[[], object]], stop: StopSignal) -> None:
        self.actions, self.stop = list(actions), stop
        self.time, self.waits = 0.0, 0

    def now(self) -> datetime:
        return datetime(2026, 5, 4, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        self.time += duration.total_seconds()
        self.waits += 1
        if stop is not None:
            stop.check()
        if self.waits % PATIENCE == 0:
            if not self.actions:
                self.stop.set("the person has put the phone away")
                return
            self.actions.pop(0)()


class Kernel:
    """The events of a virtual phone, as its shell writes them."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone, self._read = phone, 0
        self.listing = asyncio.run(self._listed())

    async def _listed(self) -> str:
        output = bytearray()

        async def collect(data: bytes) -> None:
            output.extend(data)

        await Session(self._phone).run("getevent -lp", Streams(nothing, collect, collect))
        return output.decode()

    def taken(self) -> list[str]:
        events = self._phone.kernel.since(self._read)
        self._read = self._phone.kernel.count
        return [written(event, "lt") for event in events]


class Person:
    """Somebody with a phone in the hand."""

    def __init__(self, version: str) -> None:
        world = World(seed=1, phones=1)
        self.phone = VirtualPhone("v", "Test", Faults(), [SampleApp(world, world.signed_in(1), Faults(), version)])
        self.phone.traits, self.phone.equipment = Traits(), Equipment()
        self.direct = DirectPhone(self.phone)
        self.profile = load_profile("sample").for_version(version)
        self.course, self.told, self.troubles = Course(rough), list[Deed | None](), list[str]()

    def use(self, *actions: Callable[[], object], idle: timedelta | None = None) -> list[str]:
        """Do one thing after the other while the watch looks; return what led to each new screen."""
        stop = StopSignal()
        clock = Unhurried(actions, stop)
        watch = Watch(
            self.direct, PACKAGE, self.course, Kernel(self.phone), clock, stop, self.told.append, self.troubles.append
        )
        assert watch.sees_fingers
        watch.run(idle=idle)
        return [deed.brief() if deed else "" for deed in self.told]

    def tap(self, selector: str) -> Callable[[], None]:
        """Return a tap on what a selector of the profile finds."""
        return lambda: hand.tap(self.phone, self._middle(selector))

    def _middle(self, selector: str) -> Point:
        screen = Screen.parse(self.direct.hierarchy(), PACKAGE)
        found = screen.find(self.profile.selector(selector))
        assert found is not None
        return found.bounds.center


@pytest.fixture(params=sorted(VERSIONS))
def person(request: pytest.FixtureRequest) -> Person:
    return Person(request.param)


def show(person: Person, username: str) -> Callable[[], object]:
    return lambda: person.phone.open_link(f"sample://user/{username}")


def test_each_new_screen_is_recorded_once_with_what_led_to_it(person: Person) -> None:
    follow, search = person.tap("follow_button"), person.tap("search_tab")
    led = person.use(show(person, "person_0001"), follow, lambda: hand.press(person.phone, "back"), search)
    assert [each.partition(" ")[0] for each in led] == ["", "tap", "key", "tap"]
    assert led[2] == "key back"
    assert len(person.course.shots) == 4
    assert all(shot.picture for shot in person.course.shots.values())


def test_a_screen_that_comes_again_is_not_recorded_again(person: Person) -> None:
    home, search = person.tap("home_tab"), person.tap("search_tab")
    person.use(lambda: person.phone.start_app(PACKAGE), search, home, search, home)
    assert len(person.course.shots) == 2
    assert person.course.unexplained == 0


def test_what_is_typed_becomes_one_step_however_slowly(person: Person) -> None:
    field = person.tap("search_field")
    letters = [lambda part=part: hand.write(person.phone, part) for part in ("person", "_00", "01")]
    person.use(lambda: person.phone.start_app(PACKAGE), person.tap("search_tab"), field, *letters)
    deeds = [visit.deed.said() for visit in typing_joined(person.course.visits) if visit.deed]
    assert deeds[-1] == "text person_0001"
    assert [deed for deed in deeds if deed.startswith("text")] == ["text person_0001"]


def test_a_finger_that_scrolls_is_told_by_where_it_goes(person: Person) -> None:
    scroll = lambda: hand.swipe(person.phone, Point(540, 1600), Point(540, 700))  # noqa: E731 - an action
    led = person.use(lambda: person.phone.start_app(PACKAGE), scroll)
    assert led == ["", "swipe up"]


def test_two_touches_between_two_looks_are_not_taken_for_one(person: Person) -> None:
    def hurry() -> None:
        person.tap("search_tab")()
        person.tap("profile_tab")()

    led = person.use(lambda: person.phone.start_app(PACKAGE), hurry)
    assert led == ["", ""]
    assert person.course.unexplained == 1


def test_other_apps_are_not_recorded(person: Person) -> None:
    person.use(lambda: person.phone.start_app(PACKAGE), lambda: hand.press(person.phone, "home"))
    assert {shot.screen.shows(PACKAGE) for shot in person.course.shots.values()} == {True}
    assert len(person.course.shots) == 1


def test_touches_that_a_program_injects_are_not_seen(person: Person) -> None:
    at = Point(540, 1200)
    person.use(lambda: person.phone.start_app(PACKAGE), lambda: person.direct.tap(at))
    assert person.phone.kernel.count == 0


def test_it_ends_when_nothing_was_touched_for_long(person: Person) -> None:
    person.use(*[lambda: None] * 1000, idle=timedelta(seconds=20))
    assert person.course.shots == {}


def test_a_phone_that_is_away_for_a_while_is_looked_at_again(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull_out() -> None:
        monkeypatch.setattr(person.direct, "hierarchy", broken)

    def broken() -> str:
        monkeypatch.undo()
        message = "the cable is out"
        raise LinkLost(message)

    person.use(lambda: person.phone.start_app(PACKAGE), pull_out, person.tap("search_tab"))
    assert person.troubles == ["the cable is out"]
    assert len(person.course.shots) == 2


def test_on_a_turned_phone_touches_hit_what_was_touched(person: Person) -> None:
    person.phone.rotation = 1
    assert person.phone.display == Rect(0, 0, 2400, 1080)
    led = person.use(lambda: person.phone.start_app(PACKAGE), person.tap("search_tab"))
    assert led[1].startswith("tap ")
    assert len(person.course.shots) == 2
