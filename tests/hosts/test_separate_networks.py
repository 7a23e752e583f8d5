"""Two hosts are one fleet: whatever happens to the link, to a host or to a phone, each task is done once."""

from __future__ import annotations

import pytest

from tests.hosts.fleet import Fleet, running_fleet
from tests.hosts.namespaces import refusal
from tests.integration.stack import until

WHY = refusal()
pytestmark = [
    pytest.mark.skipif(WHY is not None, reason=WHY or ""),
    pytest.mark.timeout(600),
]


def test_two_hosts_are_one_fleet_through_a_cut_link_a_carried_phone_and_the_end_of_a_token() -> None:
    with running_fleet(4) as fleet:
        try:
            _tasks_run_on_the_phones_of_both(fleet)
            _a_cut_link_loses_nothing_and_doubles_nothing(fleet)
            _a_host_that_is_cut_off_ends_when_it_is_told_to(fleet)
            _a_carried_phone_takes_its_tasks_along(fleet)
            _the_end_of_a_token_ends_its_host(fleet)
        except BaseException as error:
            error.add_note(fleet.said())
            raise


def _tasks_run_on_the_phones_of_both(fleet: Fleet) -> None:
    assert (len(fleet.online("main")), len(fleet.online("second"))) == (2, 2)
    _follow_by_all(fleet, "person_0001")
    assert all(fleet.picture(serial).startswith(b"\x89PNG") for serial in fleet.names)


def _follow_by_all(fleet: Fleet, *targets: str) -> None:
    done = fleet.main.finished(fleet.main.post("follow", targets, fleet.names))
    assert {task["status"] for task in done} == {2}, done
    for target in targets:
        _followed_once_by_each(fleet, target)


def _followed_once_by_each(fleet: Fleet, target: str) -> None:
    followers = fleet.main.follows(target)
    assert len(followers) == len(set(followers)) == len(fleet.names), (target, followers)


def _a_cut_link_loses_nothing_and_doubles_nothing(fleet: Fleet) -> None:
    targets = ["person_0002", "person_0003"]
    tasks = fleet.main.post("follow", targets, fleet.names)
    there = set(fleet.online("second"))
    of_second = [task for task in tasks if fleet.main.task(task)["serial"] in there]
    until("a run at the second host", lambda: any(fleet.main.task(task)["status"] == 1 for task in of_second))
    fleet.link.cut = True
    fleet.main.finished([task for task in tasks if task not in of_second])
    assert any(fleet.main.task(task)["status"] < 2 for task in of_second)
    fleet.link.cut = False
    assert {task["status"] for task in fleet.main.finished(tasks)} == {2}
    for target in targets:
        _followed_once_by_each(fleet, target)


def _a_host_that_is_cut_off_ends_when_it_is_told_to(fleet: Fleet) -> None:
    tasks = fleet.main.post("follow", ["person_0006", "person_0007"], fleet.names)
    there = set(fleet.online("second"))
    of_second = [task for task in tasks if fleet.main.task(task)["serial"] in there]
    until("a run at the second host", lambda: any(fleet.main.task(task)["status"] == 1 for task in of_second))
    fleet.link.cut = True
    assert fleet.second.stop(patience=60) == 0  # a client of Prefect waits 60 s for a silent server, and asks again
    fleet.link.cut = False
    fleet.second.start()
    assert {task["status"] for task in fleet.main.finished(tasks)} == {2}
    for target in ("person_0006", "person_0007"):
        _followed_once_by_each(fleet, target)


def _a_carried_phone_takes_its_tasks_along(fleet: Fleet) -> None:
    phone = fleet.online("main")[0]
    path = f"/devices/{phone}"
    fleet.main.call("PATCH", path, {"enabled": False})
    tasks = fleet.main.post("follow", ["person_0004", "person_0005"], [phone])
    fleet.carry(phone, fleet.two)
    until("the phone at the second host", lambda: phone in fleet.online("second"))
    assert {fleet.main.task(task)["status"] for task in tasks} == {0}
    fleet.main.call("PATCH", path, {"enabled": True})
    assert {task["status"] for task in fleet.main.finished(tasks)} == {2}
    assert [len(fleet.main.follows(target)) for target in ("person_0004", "person_0005")] == [1, 1]


def _the_end_of_a_token_ends_its_host(fleet: Fleet) -> None:
    log = (fleet.homes[0] / "logs" / "prefect.log").read_text().splitlines()
    refused = [line for line in log if "may not call" in line or "Invalid token" in line]
    assert refused == [], "a worker makes calls that deployments/prefect_hosts/calls.py does not list"
    fleet.run("host", "remove", "second", as_json=False)
    until("the end of the worker", lambda: fleet.second.process.poll() is not None)
    until("the phones' absence", lambda: not fleet.online("second"))
