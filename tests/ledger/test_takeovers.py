"""A takeover: one person has a phone, until it is given back or nothing was entered for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.errors import DeviceUnknown, NotHeld, TakenOver
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.hands_on.takeovers import LONGEST_INPUT, Taker

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
IDLE = timedelta(minutes=2)
ANN, BEN = Taker("Ann", "token:1"), Taker("Ben", "token:2")


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.devices.seen("phone-1", "online", "desk")
        opened.devices.seen("phone-2", "online", "desk")
        opened.devices.seen("phone-3", "online", "elsewhere")
        yield opened


def held(ledger: Ledger, serial: str = "phone-1") -> str:
    lease = ledger.takeovers.take(serial, ANN, IDLE, NOW).lease
    ledger.takeovers.hold(serial, NOW)
    return lease


def test_a_takeover_waits_until_the_worker_says_that_the_phone_is_free(ledger: Ledger) -> None:
    asked = ledger.takeovers.take("phone-1", ANN, IDLE, NOW)
    with pytest.raises(NotHeld, match="still at work"):
        ledger.takeovers.count_input("phone-1", asked.lease, NOW)
    later = NOW + timedelta(seconds=100)
    freed = ledger.takeovers.hold("phone-1", later)
    assert freed is not None
    assert (asked.state, freed.state, freed.until) == ("waiting", "held", later + IDLE)
    assert ledger.takeovers.count_input("phone-1", asked.lease, later).inputs == 1


def test_another_person_is_told_who_has_the_phone(ledger: Ledger) -> None:
    held(ledger)
    with pytest.raises(TakenOver, match="taken over by Ann") as refused:
        ledger.takeovers.take("phone-1", BEN, IDLE, NOW)
    assert (refused.value.holder, refused.value.until) == ("Ann", NOW + IDLE)
    assert ledger.takeovers.take("phone-2", BEN, IDLE, NOW).holder == "Ben"


def test_the_same_person_gets_the_same_lease_again_with_more_time(ledger: Ledger) -> None:
    lease = held(ledger)
    again = ledger.takeovers.take("phone-1", ANN, timedelta(minutes=10), NOW + timedelta(minutes=1))
    assert (again.lease, again.state, again.until) == (lease, "held", NOW + timedelta(minutes=11))


def test_each_input_lets_it_last_longer_and_is_counted(ledger: Ledger) -> None:
    lease = held(ledger)
    for minute in (1, 2, 3):
        taken = ledger.takeovers.count_input("phone-1", lease, NOW + timedelta(minutes=minute))
    assert (taken.inputs, taken.until) == (3, NOW + timedelta(minutes=5))


def test_it_ends_by_itself_when_nothing_is_entered(ledger: Ledger) -> None:
    lease = held(ledger)
    late = NOW + IDLE
    with pytest.raises(NotHeld, match="Nobody has taken"):
        ledger.takeovers.count_input("phone-1", lease, late)
    assert ledger.takeovers.current("phone-1", late) is None
    assert ledger.takeovers.take("phone-1", BEN, IDLE, late).holder == "Ben"
    assert [(one.holder, one.ended_by) for one in ledger.takeovers.history("phone-1")] == [
        ("Ben", None),
        ("Ann", "idleness"),
    ]


def test_no_other_lease_and_none_of_before_is_good_for_inputs(ledger: Ledger) -> None:
    lease, other = held(ledger), held(ledger, "phone-2")
    with pytest.raises(NotHeld, match="taken over by Ann"):
        ledger.takeovers.count_input("phone-1", other, NOW)
    ledger.takeovers.end("phone-1", "Ann", NOW)
    with pytest.raises(NotHeld, match="take it over first"):
        ledger.takeovers.count_input("phone-1", lease, NOW)


def test_a_worker_hears_of_the_phones_of_its_own_host_only(ledger: Ledger) -> None:
    for serial in ("phone-1", "phone-3"):
        ledger.takeovers.take(serial, ANN, IDLE, NOW)
    assert [one.serial for one in ledger.takeovers.of_host("desk", NOW)] == ["phone-1"]
    assert ledger.takeovers.of_host("desk", NOW + IDLE) == []
    assert [one.ended_by for one in ledger.takeovers.history("phone-1")] == ["idleness"]


def test_what_has_ended_cannot_be_held(ledger: Ledger) -> None:
    ledger.takeovers.take("phone-1", ANN, IDLE, NOW)
    ledger.takeovers.end("phone-1", "Ann", NOW)
    assert ledger.takeovers.hold("phone-1", NOW) is None
    assert ledger.takeovers.end("phone-1", "Ann", NOW) is None


def test_a_phone_that_nobody_has_seen_cannot_be_taken(ledger: Ledger) -> None:
    with pytest.raises(DeviceUnknown, match="phone-9"):
        ledger.takeovers.take("phone-9", ANN, IDLE, NOW)


def test_a_phone_is_listed_with_who_has_it(ledger: Ledger) -> None:
    ledger.takeovers.take("phone-1", ANN, timedelta(days=1), datetime.now(UTC))
    listed = {one: ledger.devices.listed(one) for one in ("phone-1", "phone-2")}
    holders = {serial: one.takeover.holder if one and one.takeover else None for serial, one in listed.items()}
    assert holders == {"phone-1": "Ann", "phone-2": None}


def test_watched_phones_are_known_to_their_host_for_a_while(ledger: Ledger) -> None:
    soon = NOW + timedelta(seconds=30)
    ledger.watching.extend(["phone-1", "phone-3"], NOW, soon)
    ledger.watching.extend(["phone-2"], NOW, soon + timedelta(seconds=10))
    assert ledger.watching.of_host("desk", NOW) == {"phone-1", "phone-2"}
    assert ledger.watching.of_host("desk", soon) == {"phone-2"}
    ledger.watching.extend([], soon + timedelta(seconds=1), soon)
    assert ledger.watching.of_host("desk", NOW) == {"phone-2"}


def test_it_does_not_end_by_itself_while_a_slow_phone_takes_an_input(ledger: Ledger) -> None:
    lease = ledger.takeovers.take("phone-1", ANN, timedelta(seconds=10), NOW).lease
    ledger.takeovers.hold("phone-1", NOW)
    taken = ledger.takeovers.count_input("phone-1", lease, NOW + timedelta(seconds=1))
    assert taken.until == NOW + timedelta(seconds=1) + LONGEST_INPUT


def test_who_gives_back_what_has_ended_does_not_end_what_another_person_has_by_now(ledger: Ledger) -> None:
    lease = held(ledger)
    ledger.takeovers.end("phone-1", "Ann", NOW)
    others = ledger.takeovers.take("phone-1", BEN, IDLE, NOW)
    assert ledger.takeovers.end("phone-1", "Ann", NOW, lease) is None
    assert ledger.takeovers.current("phone-1", NOW) == others
