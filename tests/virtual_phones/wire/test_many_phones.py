"""Many phones in one process."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from adbutils import AdbDevice

from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import BadOptions, FleetOptions, PortBusy, bind


def _output(device: AdbDevice, line: str) -> str:
    return device.shell(line)


def _model(device: AdbDevice) -> str:
    return device.shell("getprop ro.product.model")


def test_fifty_phones_answer_each_for_itself(connected: Callable[[str], AdbDevice]) -> None:
    with BackgroundFleet(FleetOptions(count=50, base_port=0, plain=True)) as fleet, ThreadPoolExecutor(10) as threads:
        devices = list(threads.map(connected, fleet.serials))
        names = list(threads.map(_model, devices))

    assert names == [f"Virtual Phone {number}" for number in range(1, 51)]


def test_a_phone_takes_many_commands_at_once(device: AdbDevice) -> None:
    lines = [f"echo {number}" for number in range(100)]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(partial(_output, device), lines))

    assert answers == [str(number) for number in range(100)]


def test_calls_can_be_made_slower(connected: Callable[[str], AdbDevice]) -> None:
    options = FleetOptions(count=1, base_port=0, latency=timedelta(milliseconds=1))

    with BackgroundFleet(options) as fleet:
        assert connected(fleet.serials[0]).shell("echo later") == "later"


def test_a_busy_port_names_its_option() -> None:
    with bind(0, "") as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortBusy, match="--base-port"), BackgroundFleet(FleetOptions(count=1, base_port=port)):
            pass
        options = FleetOptions(count=1, base_port=0, world_port=port)
        with pytest.raises(PortBusy, match="--world-port"), BackgroundFleet(options):
            pass


@pytest.mark.parametrize(
    ("options", "option"),
    [
        (FleetOptions(count=0), "--count"),
        (FleetOptions(base_port=5550, count=6), "--base-port"),
        (FleetOptions(base_port=65500, count=100), "--base-port"),
        (FleetOptions(fault_rate=1.5), "--fault-rate"),
        (FleetOptions(app_versions=("0",)), "--app-version"),
    ],
)
def test_options_that_cannot_work_are_refused(options: FleetOptions, option: str) -> None:
    with pytest.raises(BadOptions, match=option):
        options.check()
