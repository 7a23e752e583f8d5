"""Calls to a phone: our transport beside stock adbutils and uiautomator2, on the same virtual phone in the same run.

The phones run in a process of their own, as real ones do, so that neither side waits for the other's interpreter.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from statistics import median
from typing import Any

import adbutils
import pytest
import uiautomator2

from phonefleet.device.adb import server as adb_server
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.session import PhoneSession
from tests.benchmarks.figures import report

pytestmark = pytest.mark.benchmark

CALLS = 40
FLEET = """
from virtual_phones.fleet import FleetOptions
from virtual_phones.server import run_fleet
run_fleet(FleetOptions(count=1, base_port=0), lambda addresses: print(addresses.serials[0], flush=True))
"""
HOME_TAB = "com.phonefleet.sample:id/nav_home"

MEASURED: dict[str, Callable[[Any], object]] = {
    "info": lambda device: device.info,
    "click_by_selector": lambda device: device(resourceId=HOME_TAB).click(),
    "click_by_xpath": lambda device: device.xpath(f"//*[@resource-id='{HOME_TAB}']").click(),
    "dump_hierarchy": lambda device: device.dump_hierarchy(),
    "shell": lambda device: device.shell("true"),
}


def test_calls_are_many_times_faster_than_through_stock_uiautomator2() -> None:
    with a_virtual_phone() as serial, an_adb_server() as port:
        client = FastAdbClient(port)
        client.connect(serial)
        session = PhoneSession(serial, client)
        session.launch("com.phonefleet.sample")
        stock: Any = uiautomator2.Device(adbutils.AdbClient("127.0.0.1", port).device(serial))
        ratios = {name: _compare(name, call, stock, session.automation) for name, call in MEASURED.items()}
        session.close()
        stock.stop_uiautomator(wait=False)
    assert ratios["info"] >= 15
    assert ratios["click_by_selector"] >= 25


def _compare(name: str, call: Callable[[Any], object], stock: object, ours: object) -> float:
    """Report the medians in milliseconds, taken in turns, and return their ratio."""
    took: dict[str, list[float]] = {"stock": [], "ours": []}
    for _ in range(CALLS):
        took["stock"].append(_milliseconds(call, stock))
        took["ours"].append(_milliseconds(call, ours))
    medians = {side: median(times) for side, times in took.items()}
    ratio = medians["stock"] / medians["ours"]
    report(f"{name}, p50 of {CALLS} calls, ms", **medians, ratio=ratio)
    return ratio


def _milliseconds(call: Callable[[Any], object], device: object) -> float:
    began = time.perf_counter()
    call(device)
    return (time.perf_counter() - began) * 1000


@contextmanager
def a_virtual_phone() -> Generator[str]:
    command = [sys.executable, "-c", FLEET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as fleet:
        assert fleet.stdout is not None
        try:
            yield fleet.stdout.readline().strip()
        finally:
            fleet.terminate()


@contextmanager
def an_adb_server() -> Generator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, **adb_server.ENVIRONMENT_WITHOUT_USB}
    with subprocess.Popen(adb_server.command(port), env=environment, stderr=subprocess.DEVNULL) as server:
        while not adb_server.is_listening("127.0.0.1", port):
            assert server.poll() is None, "the adb server ended at its start"
        try:
            yield port
        finally:
            server.terminate()
