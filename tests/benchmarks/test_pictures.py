"""Live pictures: what they cost the work of a phone that is watched, and the server, with one and with ten watchers."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.live_pictures import LivePictures
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.geometry import Point
from tests.benchmarks.figures import report
from tests.benchmarks.test_device_calls import a_virtual_phone, an_adb_server
from tests.benchmarks.test_fleet import running
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

TURNS = 7
TURN = 4.5
"""In seconds: three pictures of a wall are taken in that time."""
PACE = 1.5
WATCHED = 50
SECONDS = 20.0
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


def test_a_watched_phone_works_as_fast_as_one_that_nobody_watches() -> None:
    with a_virtual_phone() as serial, an_adb_server() as port:
        client = FastAdbClient(port)
        client.connect(serial)
        session = PhoneSession(serial, client)
        session.launch("com.phonefleet.sample")
        session.hierarchy()
        pictures = LivePictures(port)
        pictures.take(serial, 200, 60)
        means: dict[str, list[float]] = {"unwatched": [], "watched": []}
        for _ in range(TURNS):  # in turns, so that both meet the same machine
            means["unwatched"].append(_mean_call(session))
            with _Watcher(lambda: pictures.take(serial, 200, 60)):
                means["watched"].append(_mean_call(session))
        session.close()
    ratio = statistics.median(b / a for a, b in zip(means["unwatched"], means["watched"], strict=True))
    figures = {side: statistics.median(times) for side, times in means.items()}
    report(f"calls of a task, median of {TURNS} means, ms", **figures, ratio=ratio)
    assert ratio < 1.05


class _Watcher:
    """Takes pictures at the pace of a wall for the time of the block."""

    def __init__(self, take: Callable[[], object]) -> None:
        self._take, self._stop = take, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._take()
            self._stop.wait(PACE)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


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
        until("pictures of all", lambda: _all_shown(stack, names))
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


def _all_shown(stack: Stack, names: list[str]) -> bool:
    phones = [{"serial": name} for name in names]
    screens: list[dict[str, Any]] = stack.call("POST", "/screens", {"phones": phones})["screens"]
    return all(one["tag"] for one in screens)


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
