"""Whether a message was sent is told by what stands below the earlier end of its conversation."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from phonefleet.apps.pages.conversation import Bubble, Ending, added_since, joined

BUBBLES = st.builds(Bubble, st.sampled_from(["mine", "theirs"]), st.just("text"), st.sampled_from("abT"))
THREADS = st.lists(BUBBLES, max_size=12).map(tuple)
OURS = Bubble("mine", "text", "T")


def seen(thread: tuple[Bubble, ...], window: int) -> Ending:
    """Return what a screen of a size shows of a conversation."""
    return Ending(thread[-window:], whole=len(thread) <= window)


@given(before=THREADS, added=THREADS, window=st.integers(1, 15), more=st.integers(0, 30))
def test_what_was_really_added_is_among_the_answers(
    before: tuple[Bubble, ...], added: tuple[Bubble, ...], window: int, more: int
) -> None:
    then, now = seen(before, window), seen(before + added, window + more)
    answers = added_since(then, now)
    if len(now.bubbles) >= len(then.bubbles) + len(added) and (now.whole or not then.whole):
        assert added in answers
    assert all(then.whole or answer == now.bubbles[len(now.bubbles) - len(answer) :] for answer in answers)


@given(before=THREADS, window=st.integers(1, 15))
def test_one_more_of_the_same_shows_unless_nothing_else_is_in_sight(before: tuple[Bubble, ...], window: int) -> None:
    then = seen(before, window)
    assume(then.is_distinct_from(OURS))
    now = seen((*before, OURS), window + 1)
    assert any(OURS in answer for answer in added_since(then, now))
    assert all(answer for answer in added_since(then, now))


@given(before=THREADS, window=st.integers(1, 15))
def test_an_ending_survives_being_kept(before: tuple[Bubble, ...], window: int) -> None:
    ending = seen(before, window)
    assert Ending.load(ending.dump()) == ending


@given(thread=st.lists(st.integers(0, 99), unique=True, max_size=20), cut=st.integers(0, 20), overlap=st.integers(1, 5))
def test_two_looks_join_where_they_overlap(thread: list[int], cut: int, overlap: int) -> None:
    bubbles = tuple(Bubble("mine", "text", str(number)) for number in thread)
    older, newer = bubbles[: cut + overlap], bubbles[cut:]
    assert joined(older, newer) in ({bubbles} if set(older) & set(newer) else {None})


def test_looks_that_may_overlap_in_several_ways_are_not_joined() -> None:
    assert joined((OURS, OURS), (OURS, OURS)) is None
    assert joined((OURS,), (Bubble("theirs", "text", "T"),)) is None
