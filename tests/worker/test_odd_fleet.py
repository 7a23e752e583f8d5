"""A fleet in which adb shows every oddity at once: each phone that works gets its lane, and no other one stops it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path

import pytest
from prefect.client.orchestration import PrefectClient

from deployments.registration import ensure_pool
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.coalescing_queue import CoalescingQueue
from deployments.worker.phones.fleet import Fleet
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.resources import Resources
from phonefleet.adb_names import kind_of
from phonefleet.clock import SystemClock
from phonefleet.device.adb.device_list import NAMELESS
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.sessions.routes import Routes
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings
from tests.device.conftest import running_adb_server
from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike
from virtual_phones.fleet import FleetOptions
from virtual_phones.names.arrangement import ODD_NAMES, UNUSABLE, lines
from virtual_phones.names.front import AdbFront

pytestmark = pytest.mark.timeout(300)  # the first use starts a Prefect server

UNKIND = (Fault.CLOSES, Fault.DEAF, Fault.FREEZE)


@pytest.fixture
def phones() -> Iterator[BackgroundFleet]:
    """A phone for each odd name, one that is reached by two names, and those whose addresses are unkind."""
    with BackgroundFleet(FleetOptions(count=len(ODD_NAMES) + 1 + len(UNKIND), base_port=0)) as phones:
        yield phones


@pytest.fixture
def adb(phones: BackgroundFleet) -> Iterator[FastAdbClient]:
    """A client of the real adb server, which shows the phones under their names and all lines beside them."""
    with running_adb_server() as port:
        front = phones.run(AdbFront(port).__aenter__())
        real = FastAdbClient(port)
        twice = phones.serials[len(ODD_NAMES)]
        for address in (*phones.serials[: len(ODD_NAMES) + 1], twice.replace("127.0.0.1", "localhost")):
            real.connect(address)
        for address, name in zip(phones.serials, ODD_NAMES, strict=False):
            phones.call(lambda address=address, name=name: front.show(address, name))
        phones.call(lambda: front.add(*lines(UNUSABLE)))
        yield FastAdbClient(front.port, timeout=timedelta(seconds=60))
        phones.run(front.__aexit__())


@pytest.fixture
def resources(postgres_url: str, adb: FastAdbClient, tmp_path: Path) -> Iterator[Resources]:
    clock = SystemClock()
    with Ledger(postgres_url, pool_size=8) as ledger:
        sessions = Sessions(adb, clock, timedelta(seconds=60), Routes())
        yield Resources(Settings(home=tmp_path), ledger, adb, sessions, clock, "desk")
        sessions.close_all()


def test_every_phone_that_works_gets_a_lane_beside_all_that_cannot(
    phones: BackgroundFleet, resources: Resources, known_prefect: str
) -> None:
    unkind = phones.serials[len(ODD_NAMES) + 1 :]
    for address, fault in zip(unkind, UNKIND, strict=True):
        phones.strike(address, Strike(fault))
    works = phones.serials[: len(ODD_NAMES) + 1]
    expected = {_identity(phones, address, name) for address, name in zip_longest(works, ODD_NAMES)}
    bad = {name or NAMELESS for name, _ in UNUSABLE} | set(unkind)
    noticed = threading.Event()

    async def main() -> None:
        async with PrefectClient(known_prefect) as client:
            await ensure_pool(client)
            fleet = Fleet(resources, Quarantine(resources), Attention(resources), noticed.set)

            async def apply(_: str, seen: DeviceSeen) -> None:
                await fleet.device_changed(seen, client)

            changes = CoalescingQueue("the change of", apply)
            taking = asyncio.create_task(changes.run())
            loop = asyncio.get_running_loop()

            def put(seen: DeviceSeen) -> None:
                loop.call_soon_threadsafe(changes.put, seen.address, seen)

            discovery = Discovery(resources.adb, unkind, put)
            discovery.start()
            try:
                while fleet.free() | fleet.busy() != expected or not bad <= _strangers(resources):
                    await asyncio.to_thread(noticed.wait, 0.2)
            finally:
                discovery.stop()
                taking.cancel()
                assert await fleet.close(60)
            assert changes.problems == {}

    asyncio.run(asyncio.wait_for(main(), 240))
    assert _strangers(resources) == bad


def _identity(phones: BackgroundFleet, address: str, name: str | None) -> str:
    """Return what a phone is called: as adb shows it, what can be printed of that, or in a network by its number."""
    if name is None or kind_of(name) == "network":
        return phones.phone(address).properties["ro.serialno"]
    return "".join(letter for letter in name if letter.isprintable())


def _strangers(resources: Resources) -> set[str]:
    """Return where adb shows something that cannot be used, and says what to do about it."""
    return {stranger.address for stranger in resources.ledger.devices.strangers() if stranger.advice}
