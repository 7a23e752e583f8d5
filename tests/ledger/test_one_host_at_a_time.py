"""A phone is at work at one host at a time, however many have it; another gets it when the first has lost it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from phonefleet.errors import PhoneElsewhere
from phonefleet.hardware import Hardware
from phonefleet.joined_hosts import AWAY_AFTER, Joining
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.fleet.addresses import AddressSeen, Whereabouts
from phonefleet.ledger.values import Action, Intent
from phonefleet.runs.hold import HELD_FOR, LONGEST_TOUCH
from phonefleet.runs.states import Status

PHONE = Hardware("R58M12FRONT", "f1f1f1f1f1f1f1f1")
SERIAL = "R58M12FRONT"
NETWORK = "10.0.0.5:5555"
BEGUN = datetime.now(UTC)

Sees = Callable[..., Whereabouts]


@pytest.fixture
def sees(ledger: Ledger) -> Sees:
    """Let a host see the phone, and return what it is told."""

    def see(host: str, state: str = "device", at: datetime = BEGUN, address: str = NETWORK) -> Whereabouts:
        [phone] = ledger.devices.record_address(AddressSeen(address, state, host, PHONE), at)
        return phone

    return see


@pytest.fixture
def task(ledger: Ledger, new_task: Callable[..., NewTask]) -> Callable[[], int]:
    return lambda: ledger.tasks.create([new_task(serial=SERIAL)])[0]


def begins(ledger: Ledger, task_id: int, host: str, run: UUID | None = None, at: datetime = BEGUN) -> UUID:
    """Let a lane of a host begin a task, and return its run."""
    run = run or uuid4()
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", at, flow_run_id=run, host=host))
    return run


def host_of(ledger: Ledger) -> str:
    device = ledger.devices.get(SERIAL)
    assert device is not None
    return device.host


def test_a_phone_that_two_hosts_have_works_at_the_one_that_had_it_first(ledger: Ledger, sees: Sees) -> None:
    assert sees("one").addresses == (NETWORK,)
    there = sees("two")
    assert (there.addresses, there.elsewhere) == ((), "one")
    assert (sees("one").addresses, sees("one").elsewhere) == ((NETWORK,), None)
    assert host_of(ledger) == "one"


@pytest.mark.parametrize("state", ["absent", "offline", "unauthorized"])
def test_the_other_host_gets_it_when_the_first_has_lost_it_and_keeps_it(ledger: Ledger, sees: Sees, state: str) -> None:
    sees("one")
    sees("two")
    sees("one", state)
    assert sees("two").addresses == (NETWORK,)
    back = sees("one")
    assert (back.addresses, back.elsewhere, host_of(ledger)) == ((), "two", "two")


def test_a_phone_that_has_a_cable_to_another_host_by_now_has_none_to_the_first(ledger: Ledger, sees: Sees) -> None:
    sees("one", address=SERIAL)
    carried = sees("two", address=SERIAL, at=BEGUN + timedelta(seconds=1))
    assert (carried.addresses, host_of(ledger)) == ((SERIAL,), "two")


def test_a_cable_takes_no_phone_away_that_works_over_the_network(ledger: Ledger, sees: Sees) -> None:
    sees("one")
    plugged = sees("two", address=SERIAL)
    assert (plugged.addresses, plugged.elsewhere, host_of(ledger)) == ((), "one", "one")


def test_it_gets_it_only_once_the_run_of_the_first_has_ended(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    sees("one")
    task_id = task()
    run = begins(ledger, task_id, "one")
    sees("one", "absent")
    assert (sees("two").addresses, sees("two").elsewhere) == ((), "one")
    back = StateChange("SCHEDULED", "Scheduled", BEGUN + timedelta(seconds=1), flow_run_id=run, host="one")
    ledger.tasks.project(task_id, back)
    assert sees("two").addresses == (NETWORK,)


def test_a_host_that_has_fallen_silent_keeps_its_phones_until_its_holds_are_over(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    ledger.hosts.add("one", "digest", BEGUN)
    ledger.hosts.join("digest", Joining("1", "installation", 0), BEGUN)
    sees("one")
    sees("two")
    run = begins(ledger, task(), "one")
    now = BEGUN + timedelta(seconds=15)
    assert ledger.runs.hold([run], "one", now) == {run}
    lost = now + AWAY_AFTER
    assert [host.name for host in ledger.hosts.lose(lost)] == ["one"]
    assert sees("two", at=lost).elsewhere == "one"
    assert sees("two", at=now + HELD_FOR - timedelta(seconds=1)).elsewhere == "one"
    assert sees("two", at=now + HELD_FOR + timedelta(seconds=1)).addresses == (NETWORK,)


def test_the_run_of_a_deleted_task_keeps_the_phone_too(ledger: Ledger, sees: Sees, task: Callable[[], int]) -> None:
    sees("one")
    task_id = task()
    begins(ledger, task_id, "one")
    ledger.tasks.delete([task_id], BEGUN)
    sees("one", "absent")
    assert sees("two").elsewhere == "one"


def test_no_run_begins_where_the_phone_is_not_at_work(ledger: Ledger, sees: Sees, task: Callable[[], int]) -> None:
    sees("one")
    sees("two")
    task_id = task()
    with pytest.raises(PhoneElsewhere, match="is at work at the host one: it works here once that one has lost it"):
        begins(ledger, task_id, "two")
    assert status(ledger, task_id) is Status.PENDING


def test_no_run_begins_while_another_host_holds_one_on_the_same_phone(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    sees("one")
    begins(ledger, task(), "one")
    sees("one", "absent")
    sees("two")
    with pytest.raises(PhoneElsewhere, match="at work at the host one"):
        begins(ledger, task(), "two")


def test_a_call_that_has_waited_for_long_is_judged_by_the_time_that_it_is_now(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    long_ago = BEGUN - timedelta(hours=1)
    sees("one", at=long_ago)
    first = task()
    ledger.tasks.project(first, StateChange("RUNNING", "Running", long_ago, flow_run_id=uuid4(), host="one"))
    run = uuid4()
    ledger.tasks.project(task(), StateChange("RUNNING", "Running", long_ago, flow_run_id=run, host="one"))
    assert ledger.runs.held_elsewhere([run], "two", datetime.now(UTC) + HELD_FOR / 2) == {run}


def test_what_is_done_for_good_needs_a_hold_that_lasts(ledger: Ledger, sees: Sees, task: Callable[[], int]) -> None:
    sees("one")
    task_id = task()
    run = begins(ledger, task_id, "one")
    late = BEGUN + HELD_FOR - LONGEST_TOUCH / 2
    assert act(ledger, task_id, "one", late)
    assert ledger.runs.held_elsewhere([run], "two", BEGUN + HELD_FOR + LONGEST_TOUCH) == {run}


def test_what_is_done_for_good_is_refused_to_a_host_whose_run_another_one_has_by_now(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    sees("one")
    task_id = task()
    run = begins(ledger, task_id, "one")
    over = datetime.now(UTC) + HELD_FOR + timedelta(seconds=1)
    sees("one", "absent")
    sees("two")
    begins(ledger, task_id, "two", run, over)
    with pytest.raises(PhoneElsewhere, match="at work at the host two"):
        act(ledger, task_id, "one", over)
    assert [action.state for action in ledger.actions.of_task(task_id)] == ["intended"]
    assert act(ledger, task_id, "two", over)


def test_an_action_on_a_phone_is_refused_in_the_same_way(ledger: Ledger, sees: Sees, task: Callable[[], int]) -> None:
    sees("one")
    task_id = task()
    begins(ledger, task_id, "one")
    ledger.device_actions.intend(task_id, SERIAL, "reboot", "boot-1", BEGUN)
    with pytest.raises(PhoneElsewhere):
        ledger.device_actions.acting(task_id, BEGUN, "two")
    ledger.device_actions.acting(task_id, BEGUN, "one")
    record = ledger.device_actions.find(task_id)
    assert record is not None
    assert record.state == "acting"


def test_what_a_host_tells_of_a_run_that_another_one_has_by_now_changes_nothing(
    ledger: Ledger, sees: Sees, task: Callable[[], int]
) -> None:
    sees("one")
    task_id = task()
    run = begins(ledger, task_id, "one")
    over = datetime.now(UTC) + HELD_FOR + timedelta(seconds=1)
    sees("one", "absent")
    sees("two")
    begins(ledger, task_id, "two", run, over)
    for state in ("COMPLETED", "SCHEDULED", "CRASHED"):
        change = StateChange(state, state.title(), over + timedelta(seconds=1), flow_run_id=run, host="one")
        ledger.tasks.project(task_id, change)
        assert status(ledger, task_id) is Status.RUNNING
    done = StateChange("COMPLETED", "Completed", over + timedelta(seconds=2), flow_run_id=run, host="two")
    ledger.tasks.project(task_id, done)
    assert status(ledger, task_id) is Status.COMPLETED


def act(ledger: Ledger, task_id: int, host: str, at: datetime) -> bool:
    """Let a host do what cannot be taken back, and tell whether it was recorded."""
    intent = Intent(task_id, "follow", "sample", "shop", "anna", host=host)
    action = ledger.actions.intend(intent, at, UTC)
    assert isinstance(action, Action)
    assert ledger.actions.acting(action.id, intent, at, UTC) is None
    return [each.state for each in ledger.actions.of_task(task_id)] == ["acting"]


def status(ledger: Ledger, task_id: int) -> Status:
    found = ledger.tasks.get(task_id)
    assert found is not None
    return found.status
