"""Live pictures: what they cost the work of a phone that is watched, and the server, with one and with ten watchers."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import psutil
import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.geometry import Point
from tests.benchmarks.figures import report
from tests.benchmarks.test_device_calls import a_virtual_phone, an_adb_server
from tests.benchmarks.test_fleet import running
from tests.integration.stack import PATIENCE, Stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

TURN = 3.0
"""In seconds: two pictures of a wall are taken in that time, or a dozen of a phone that is watched closely."""
FEWEST_PAIRS, MOST_PAIRS = 16, 80
LIMIT = 1.05
WATCHED = 50
SECONDS = 20.0
WATCHER = """
import asyncio, sys
from datetime import timedelta
from api.fleet.screens.grabber import CLOSE, WALL, Grabber, Look
from phonefleet.clock import SystemClock
from phonefleet.device.live_pictures import LivePictures
port, serial, pace = int(sys.argv[1]), sys.argv[2], {"wall": WALL, "close": CLOSE}[sys.argv[3]]
pictures, taken = LivePictures(port), 0

async def look(last):
    global taken
    picture = await asyncio.to_thread(pictures.take, serial, 200 if pace is WALL else 540, 60, last)
    taken += 1
    return Look(picture, at_work=True)

async def main():
    grabber, running = Grabber(look, SystemClock()), None
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
        running = asyncio.create_task(watched(grabber)) if line == "on" else None
        before = taken
        while line == "on" and taken == before:
            await asyncio.sleep(0.01)
        print(taken, flush=True)

async def watched(grabber):
    async def ask():
        while True:
            grabber.want(pace)
            await asyncio.sleep(1)
    async with asyncio.TaskGroup() as group:
        group.create_task(ask())
        await asyncio.sleep(0)
        group.create_task(grabber.run())

asyncio.run(main())
"""
WATCH = """
import sys, time, httpx
url, seconds, names = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
seen, took, sizes = {}, [], []
with httpx.Client(timeout=60, trust_env=False) as client:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.monotonic()
        body = {"phones": [{"serial": name, "seen": seen.get(name)} for name in names], "width": 200, "quality": 60}
        answer = client.post(url, json=body)
        took.append(time.monotonic() - began)
        sizes.append(len(answer.content))
        seen.update({one["serial"]: one["tag"] for one in answer.json()["data"]["screens"] if one["tag"]})
        time.sleep(max(0.0, began + 2 - time.monotonic()))
took.sort()
print(took[len(took) // 2] * 1000, took[-1] * 1000, sum(sizes) / len(sizes) / 1000, len(seen))
"""


@pytest.mark.parametrize("pace", ["wall", "close"])
def test_a_task_on_a_watched_phone_is_less_than_a_twentieth_slower(pace: str) -> None:
    """The same phone, watched and unwatched in turns, until the middle of all pairs is known well enough.

    Phone, watcher and task are processes of their own, as in the product. Each pair meets the same machine, and the
    order within the pairs alternates, so that a load that grows or falls favours neither.
    """
    ratios: list[float] = []
    figures: dict[bool, list[float]] = {False: [], True: []}
    with a_virtual_phone() as serial, an_adb_server() as port:
        client = FastAdbClient(port)
        client.connect(serial)
        session = PhoneSession(serial, client)
        session.launch("com.phonefleet.sample")
        session.hierarchy()
        with _Watcher(port, serial, pace) as watcher:
            while len(ratios) < FEWEST_PAIRS or (len(ratios) < MOST_PAIRS and not _decided(ratios)):
                order = (False, True) if len(ratios) % 2 else (True, False)
                pair: dict[bool, float] = {}
                for watched in order:
                    watcher.watch(watched)
                    pair[watched] = _mean_call(session)
                for watched, took in pair.items():
                    figures[watched].append(took)
                ratios.append(pair[True] / pair[False])
            pictures = watcher.pictures
        session.close()
    low, middle, high = _interval(ratios)
    report(
        f"calls of a task watched at the pace of {pace}, beside none, {len(ratios)} pairs of {TURN:g} s",
        unwatched_ms=statistics.median(figures[False]), watched_ms=statistics.median(figures[True]),
        ratio=middle, lowest=low, highest=high, pictures=pictures,
    )  # fmt: skip
    assert middle < LIMIT


def _decided(ratios: list[float]) -> bool:
    low, _, high = _interval(ratios)
    return high < LIMIT or low > LIMIT


def _interval(ratios: list[float]) -> tuple[float, float, float]:
    """Return the median between the bounds that hold the true one in 95 of 100 cases, whatever the distribution.

    The bounds are order statistics: how many of n values lie below the median is binomial, near enough normal here.
    """
    ordered, number = sorted(ratios), len(ratios)
    rank = max(0, round((number - 1.96 * number**0.5) / 2 - 1))
    return ordered[rank], statistics.median(ordered), ordered[-1 - rank]


class _Watcher:
    """A process that takes pictures of the phone as the API does, while it is told to."""

    def __init__(self, port: int, serial: str, pace: str) -> None:
        command = [sys.executable, "-c", WATCHER, str(port), serial, pace]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pictures = 0

    def watch(self, watched: bool) -> None:  # noqa: FBT001 - yes or no
        """Begin or end, and return when the first picture is taken, or the last."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("on\n" if watched else "off\n")
        self._process.stdin.flush()
        self.pictures = int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate("off\n")


def _mean_call(session: PhoneSession) -> float:
    """Return how long what scripts do took, in milliseconds: a hierarchy and a touch, for as long as a turn lasts."""
    began = time.perf_counter()
    calls = 0
    while time.perf_counter() - began < TURN:
        session.hierarchy()
        session.tap(Point(540, 40))
        calls += 1
    return (time.perf_counter() - began) * 1000 / calls


def test_ten_watchers_of_fifty_phones_cost_little_more_than_one() -> None:
    with running(200) as stack:
        names = stack.serials[:WATCHED]
        for visitor in ("first", "second"):  # the second one finds the automation servers running
            first, every = _opened(stack, names)
            report(f"the {visitor} visitor of {WATCHED} phones of 200", first_pictures_s=first, all_pictures_s=every)
            time.sleep(8.0)  # until nobody takes pictures any more
        _watched(stack, names, 1, 8.0)
        figures = {number: _watched(stack, names, number, SECONDS) for number in (1, 10)}
        time.sleep(8.0)
        process = psutil.Process(stack.endpoints["pids"]["api"])
        before = _cpu(process)
        time.sleep(SECONDS)
        idle = (_cpu(process) - before) / SECONDS
    for number, (cpu, median, worst, kilobytes) in figures.items():
        report(
            f"{number} watchers of {WATCHED} phones of 200, every 2 s",
            cores=cpu, answer_median_ms=median, answer_worst_ms=worst, answer_kB=kilobytes,
        )  # fmt: skip
    ratio = (figures[10][0] - idle) / (figures[1][0] - idle)
    report("ten beside one", ratio=ratio, cores_while_nobody_looks=idle)
    assert ratio < 1.5


def _opened(stack: Stack, names: list[str]) -> tuple[float, float]:
    """Open a wall as the page does; return the seconds until the first pictures had come, and until all had."""
    seen: dict[str, str] = {}
    came: list[float] = []
    began = time.monotonic()
    while len(seen) < len(names):
        phones = [{"serial": name, "seen": seen.get(name)} for name in names]
        answer = stack.call("POST", "/screens", {"phones": phones, "width": 200, "quality": 60, "wait": 20})
        seen |= {one["serial"]: one["tag"] for one in answer["screens"] if one["tag"]}
        if seen:
            came.append(time.monotonic() - began)
        assert time.monotonic() - began < PATIENCE, "not all phones are shown"
    return came[0], came[-1]


def _watched(stack: Stack, names: list[str], watchers: int, seconds: float) -> tuple[float, float, float, float]:
    """Return the cores that the API used, median and worst milliseconds of an answer, and its kB.

    The watchers are programs of their own, so that they share no interpreter with the server or with each other.
    """
    process = psutil.Process(stack.endpoints["pids"]["api"])
    command = [sys.executable, "-c", WATCH, f"{stack.endpoints['api']}/api/v1/screens", str(seconds), *names]
    before, began = _cpu(process), time.monotonic()

    def watch(_: int) -> bytes:
        return subprocess.run(command, check=True, capture_output=True).stdout

    with ThreadPoolExecutor(watchers) as pool:
        said = list(pool.map(watch, range(watchers)))
    cores = (_cpu(process) - before) / (time.monotonic() - began)
    told = [[float(word) for word in one.split()] for one in said]
    assert all(one[3] == len(names) for one in told)
    return cores, statistics.median(one[0] for one in told), max(one[1] for one in told), told[0][2]


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system
