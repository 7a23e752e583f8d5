"""What becomes of tasks when a host of the fleet, or the way to it, fails: for each fault when it shows and is over.

Two hosts in network namespaces, an adb server each. Afterwards the world of the phones says what was done: nothing may
be lost, and nothing done twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.figures import report
from tests.hosts.fleet import Fleet, running_fleet
from tests.hosts.namespaces import refusal
from tests.integration.stack import until

WHY = refusal()
pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(WHY is not None, reason=WHY or ""),
]
PHONES = int(os.environ.get("PHONEFLEET_BENCH_PHONES", "6"))
CUT = float(os.environ.get("PHONEFLEET_BENCH_CUT", "60"))
"""Seconds; 600 for the long one."""
TARGETS = [f"person_{number:04}" for number in range(100, 106)]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with _told(PHONES) as running:
        yield running


@contextmanager
def _told(phones: int, **more: dict[str, str]) -> Generator[Fleet]:
    """Run a fleet, and say what its logs say if anything fails."""
    with running_fleet(phones, **more) as running:
        try:
            yield running
        except BaseException as error:
            error.add_note(running.said())
            raise


def _state(fleet: Fleet) -> str:
    [host] = fleet.run("host", "list")["hosts"]
    return str(host["state"])


def _begun(fleet: Fleet) -> list[int]:
    """Create tasks for all phones, and return them once a phone of the second host works."""
    there = fleet.online("second")
    tasks = fleet.main.post("follow", TARGETS, fleet.names)
    works = [task for task in tasks if fleet.main.task(task)["serial"] in there]
    until("a run at the second host", lambda: any(fleet.main.task(task)["status"] == 1 for task in works))
    return tasks


def _verdict(fleet: Fleet, tasks: list[int], patience: float = 600) -> dict[str, object]:
    """Wait for the end of all tasks; return how many were lost and doubled, in the world and by their states."""
    done = fleet.main.finished(tasks, patience)
    follows = [fleet.main.follows(target) for target in TARGETS]
    lost = sum(len(fleet.names) - len(set(each)) for each in follows)
    doubled = sum(len(each) - len(set(each)) for each in follows)
    assert (lost, doubled) == (0, 0), follows
    assert {task["status"] for task in done} == {2}, [task for task in done if task["status"] != 2]
    return {"tasks": len(done), "lost": lost, "doubled": doubled}


def test_the_link_is_cut_and_mended(fleet: Fleet) -> None:
    tasks = _begun(fleet)
    fleet.link.cut = True
    cut = time.monotonic()
    until("the loss to show", lambda: _state(fleet) == "away", 120)
    until("the absence of its phones", lambda: not fleet.online("second"), 60)
    seen = time.monotonic() - cut
    time.sleep(max(CUT - seen, 0))
    fleet.link.cut = False
    mended = time.monotonic()
    until("the host's return", lambda: _state(fleet) == "online", 300)
    online = time.monotonic() - mended
    until("the phones' return", lambda: len(fleet.online("second")) == PHONES - PHONES // 2, 300)
    phones = time.monotonic() - mended
    figures = _verdict(fleet, tasks)
    back = {"host_back_after": online, "phones_back_after": phones}
    report(f"The link is cut for {CUT:g} s", seen_after=seen, **back, **figures)


def test_a_host_loses_its_power_and_comes_back(fleet: Fleet) -> None:
    tasks = _begun(fleet)
    fleet.second.kill()
    killed = time.monotonic()
    until("the loss to show", lambda: _state(fleet) == "away", 120)
    until("the absence of its phones", lambda: not fleet.online("second"), 60)
    seen = time.monotonic() - killed
    fleet.second.start()
    started = time.monotonic()
    until("the phones' return", lambda: len(fleet.online("second")) == PHONES - PHONES // 2, 300)
    phones = time.monotonic() - started
    figures = _verdict(fleet, tasks)
    report("A host is killed and started again", seen_after=seen, phones_back_after=phones, **figures)


def test_a_slow_link_that_loses_packets(fleet: Fleet) -> None:
    fleet.link.delay, fleet.link.loss = 0.1, 0.01  # 200 ms there and back
    tasks = _begun(fleet)
    begun = time.monotonic()
    figures = _verdict(fleet, tasks)
    seconds, pictures = time.monotonic() - begun, [_picture(fleet, serial) for serial in fleet.online("second")]
    title = "A link of 200 ms that loses 1 % of packets"
    report(title, seconds=seconds, slowest_picture=max(pictures), **figures)


def _picture(fleet: Fleet, serial: str) -> float:
    """Return how many seconds a picture of a phone's screen takes."""
    begun = time.monotonic()
    assert fleet.picture(serial).startswith(b"\x89PNG")
    return time.monotonic() - begun


def test_a_phone_is_carried_while_its_tasks_wait(fleet: Fleet) -> None:
    [phone, *_] = fleet.online("main")
    tasks = _begun(fleet)
    fleet.carry(phone, fleet.two)
    carried = time.monotonic()
    until("the phone at the other host", lambda: phone in fleet.online("second"), 300)
    seen = time.monotonic() - carried
    report("A phone is carried to the other host at work", seen_after=seen, **_verdict(fleet, tasks))


@pytest.mark.skipif(FAKETIME is None, reason="no libfaketime here (Debian's package faketime)")
@pytest.mark.parametrize("apart", [300, -300])
def test_clocks_that_differ_by_five_minutes(apart: int) -> None:
    clock = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"{apart:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with _told(PHONES, second=clock) as fleet:
        [host] = fleet.run("host", "list")["hosts"]
        begun = time.monotonic()
        figures = _verdict(fleet, _begun(fleet))
        assert "clock" in str(host["remark"])
        report(f"The other clock goes {apart:+d} s", seconds=time.monotonic() - begun, remark=host["remark"], **figures)
