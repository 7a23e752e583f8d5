"""How soon a lost phone is back: alone, and beside one whose packets vanish, measured in the same run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from statistics import median

import pytest

from phonefleet.device.adb.server import ENVIRONMENT_WITHOUT_USB
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen
from tests.benchmarks.figures import report
from tests.device.conftest import running_adb_server
from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike
from virtual_phones.fleet import FleetOptions

pytestmark = pytest.mark.benchmark

TIMES = 10


@pytest.fixture(autouse=True)
def no_usb(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the adb server off USB."""
    for name, value in ENVIRONMENT_WITHOUT_USB.items():
        monkeypatch.setenv(name, value)


class States:
    """The last state of each address, and who waits for the next one."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._changed = threading.Condition()

    def __call__(self, seen: DeviceSeen) -> None:
        with self._changed:
            self._last[seen.address] = seen.state
            self._changed.notify_all()

    def await_(self, address: str, state: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._last.get(address) == state, 300)


@contextmanager
def _followed(fleet: BackgroundFleet) -> Generator[States]:
    states = States()
    with running_adb_server() as port:
        discovery = Discovery(FastAdbClient(port), fleet.serials, states)
        discovery.start()
        for serial in fleet.serials:
            states.await_(serial, "device")
        yield states
        discovery.stop()


def test_a_lost_phone_is_back_as_soon_beside_a_deaf_one_as_alone() -> None:
    with BackgroundFleet(FleetOptions(count=2, base_port=0)) as fleet, _followed(fleet) as states:
        good, deaf = fleet.serials
        alone = _seconds_away(fleet, states, good)
        fleet.strike(deaf, Strike(Fault.DEAF))
        states.await_(deaf, "offline")
        beside = _seconds_away(fleet, states, good)
    report("lost and back", alone_seconds=alone, beside_a_deaf_one_seconds=beside, ratio=beside / alone)
    assert beside <= 5 * alone


def _seconds_away(fleet: BackgroundFleet, states: States, serial: str) -> float:
    return median(_measure(lambda: _lose(fleet, states, serial)) for _ in range(TIMES))


def _lose(fleet: BackgroundFleet, states: States, serial: str) -> None:
    fleet.strike(serial, Strike(Fault.DISCONNECT, seconds=0))
    states.await_(serial, "offline")
    states.await_(serial, "device")


def _measure(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began
