"""When the last of several phones ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from phonefleet.plans import Ending, last_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ending(at: float, deviation: float = 0) -> Ending:
    return Ending(NOW + timedelta(seconds=at), timedelta(seconds=deviation))


def seconds(*endings: Ending) -> float:
    last = last_of(endings)
    assert last is not None
    return (last - NOW).total_seconds()


def test_nothing_never_ends() -> None:
    assert last_of([]) is None


def test_one_alone_ends_when_it_is_expected_to() -> None:
    assert seconds(ending(60, 9)) == 60


def test_what_is_known_exactly_ends_with_the_latest() -> None:
    assert seconds(ending(60), ending(50), ending(70)) == 70


@pytest.mark.parametrize(("number", "deviations"), [(2, 0.5642), (5, 1.16296), (20, 1.86748)])
def test_the_last_of_equal_ones_is_as_late_as_the_order_statistics_say(number: int, deviations: float) -> None:
    assert seconds(*[ending(100, 10)] * number) == pytest.approx(100 + 10 * deviations, abs=0.05)


def test_unequal_ones_end_as_many_draws_say() -> None:
    endings = [(100, 5), (95, 20), (104, 1), (60, 3)]
    rng = Random(1)
    drawn = [max(rng.gauss(at, deviation) for at, deviation in endings) for _ in range(20_000)]
    assert seconds(*(ending(*each) for each in endings)) == pytest.approx(sum(drawn) / len(drawn), abs=0.3)
