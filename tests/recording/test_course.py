"""A course of screens becomes a replay: the same touch on the same screen always leads to the same place."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from phonefleet.geometry import Rect
from phonefleet.recording.course import Visit, typing_joined, unrolled
from phonefleet.recording.deeds import Deed, Press, Swipe, Target, Typed

FIELD = Target(Rect(0, 0, 9, 9), id="field", editable=True)


@dataclass(frozen=True)
class Walker:
    """Follows the steps of a replay."""

    steps: dict[tuple[int, str], int]

    def after(self, place: int, deed: Deed) -> int:
        """Return where a deed leads to; without a step it leaves the screen as it is."""
        return self.steps.get((place, deed.said()), place)


def visits(*course: tuple[str, str]) -> list[Visit]:
    """Return a course of looks, each with the key that was pressed there."""
    return [Visit(look, Press(key) if key else None) for look, key in course]


def test_screens_that_are_met_again_are_one_place() -> None:
    places, steps = unrolled(visits(("feed", "a"), ("search", "back"), ("feed", "a"), ("search", "")))
    assert places == [0, 1, 0, 1]
    assert [(step.place, step.deed.said(), step.goto) for step in steps] == [(0, "key a", 1), (1, "key back", 0)]


def test_a_screen_from_which_the_same_touch_led_elsewhere_later_is_another_place() -> None:
    places, steps = unrolled(visits(("post", "open"), ("no comments", "back"), ("post", "open"), ("one comment", "")))
    assert len(set(places)) == 4
    assert {(step.place, step.goto) for step in steps} == set(itertools.pairwise(places))


def test_what_nobody_saw_is_no_step() -> None:
    _, steps = unrolled(visits(("feed", ""), ("search", "back"), ("feed", "")))
    assert [(step.place, step.goto) for step in steps] == [(1, 0)]


def test_pauses_while_a_text_is_typed_are_no_steps() -> None:
    typed = [
        Visit("empty", Typed(FIELD, "a")),
        Visit("a", Typed(FIELD, "ann")),
        Visit("ann", Swipe("up")),
        Visit("end"),
    ]
    assert typing_joined(typed) == [Visit("empty", Typed(FIELD, "ann")), Visit("ann", Swipe("up")), Visit("end")]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("xy")), min_size=1, max_size=30))
def test_whoever_does_again_what_was_recorded_sees_what_was_recorded(course: list[tuple[str, str]]) -> None:
    recorded = visits(*course)
    places, steps = unrolled(recorded)
    looks = dict(zip(places, (visit.look for visit in recorded), strict=True))
    walker = Walker({(step.place, step.deed.said()): step.goto for step in steps})
    here, seen = places[0], [looks[places[0]]]
    for visit in recorded[:-1]:
        assert visit.deed is not None
        here = walker.after(here, visit.deed)
        seen.append(looks[here])
    assert seen == [visit.look for visit in recorded]
    assert len(walker.steps) == len(steps)
