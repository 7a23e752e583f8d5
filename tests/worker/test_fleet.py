"""One phone is one lane, by whatever names it comes; its queue keeps its runs and its pause under whatever name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun

from deployments.registration import ensure_pool
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.fleet import Fleet
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.queues import Queues
from deployments.worker.resources import Resources
from deployments.worker.runs.phones_of_runs import phones_of_runs
from phonefleet.clock import SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.seen import DeviceSeen
from phonefleet.device.sessions.registry import Sessions
from phonefleet.device.sessions.routes import Routes
from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.fleet.addresses import AddressSeen, Whereabouts
from phonefleet.runs.keys import run_key
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import POOL, Settings
from tests.device.conftest import running_adb_server

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Work = Callable[[Fleet, PrefectClient], Awaitable[None]]


@pytest.fixture(scope="module")
def empty_adb() -> Iterator[int]:
    """An adb server without any phone."""
    with running_adb_server() as port:
        yield port


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=4) as opened:
        yield opened


@pytest.fixture
def resources(ledger: Ledger, empty_adb: int, tmp_path: Path) -> Resources:
    clock = SystemClock()
    adb = FastAdbClient(empty_adb, timeout=timedelta(seconds=5), clock=clock)
    sessions = Sessions(adb, clock, timedelta(milliseconds=200), Routes())  # no phone is there to answer
    return Resources(Settings(home=tmp_path), ledger, adb, sessions, clock, "desk")


@pytest.fixture
def play(resources: Resources, known_prefect: str) -> Callable[[Work], None]:
    """Lets something happen to a fleet, and ends it."""

    async def act(work: Work) -> None:
        async with PrefectClient(known_prefect) as client:
            await ensure_pool(client)
            fleet = Fleet(resources, Quarantine(resources), Attention(resources), lambda: None)
            try:
                await work(fleet, client)
            finally:
                assert await fleet.close(60)

    return lambda work: asyncio.run(act(work))


def phone() -> Hardware:
    """Return the hardware of a phone that no other test knows."""
    return Hardware(f"R58{uuid4().hex[:8]}".upper(), uuid4().hex[:16])


def test_a_phone_by_two_names_is_one_lane_until_it_has_left_by_both(
    play: Callable[[Work], None], resources: Resources
) -> None:
    front = phone()
    name, routes = front.serial_number, resources.sessions.routes
    assert routes is not None

    async def work(fleet: Fleet, client: PrefectClient) -> None:
        await fleet.device_changed(DeviceSeen(f"127.0.0.1:{name}", "offline"), client)
        assert list(fleet.serials) == []
        await fleet.device_changed(DeviceSeen("127.0.0.1:1001", "device", hardware=front), client)
        await fleet.device_changed(DeviceSeen(name, "device", hardware=front), client)
        assert list(fleet.serials) == [name]
        assert routes.of(name).addresses == (name, "127.0.0.1:1001")
        await fleet.device_changed(DeviceSeen(name, "absent"), client)
        assert routes.of(name).addresses == ("127.0.0.1:1001",)
        assert fleet.free() | fleet.busy() == {name}
        await fleet.device_changed(DeviceSeen("127.0.0.1:1001", "offline"), client)
        assert fleet.free() | fleet.busy() == set()
        await fleet.device_changed(DeviceSeen("127.0.0.1:1002", "device", hardware=front), client)
        assert fleet.free() | fleet.busy() == {name}
        assert list(fleet.serials) == [name]

    play(work)


def test_a_phone_that_has_not_said_who_it_is_gets_no_runs(play: Callable[[Work], None]) -> None:
    front = phone()

    async def work(fleet: Fleet, client: PrefectClient) -> None:
        await fleet.device_changed(DeviceSeen("127.0.0.1:1001", "device", hardware=front), client)
        await fleet.device_changed(DeviceSeen("127.0.0.1:1001", "offline"), client)
        await fleet.device_changed(DeviceSeen("127.0.0.1:1001", "device"), client)
        assert fleet.free() | fleet.busy() == set()

    play(work)


def test_phones_that_change_places_keep_their_lanes(play: Callable[[Work], None], resources: Resources) -> None:
    front, back = phone(), phone()
    routes = resources.sessions.routes
    assert routes is not None

    async def work(fleet: Fleet, client: PrefectClient) -> None:
        for address, who in (("127.0.0.1:1001", front), ("127.0.0.1:1002", back)):
            await fleet.device_changed(DeviceSeen(address, "device", hardware=who), client)
        for address, who in (("127.0.0.1:1001", back), ("127.0.0.1:1002", front)):
            await fleet.device_changed(DeviceSeen(address, "device", hardware=who), client)
        assert routes.of(front.serial_number).addresses == ("127.0.0.1:1002",)
        assert routes.of(back.serial_number).addresses == ("127.0.0.1:1001",)
        assert sorted(fleet.serials) == sorted([front.serial_number, back.serial_number])

    play(work)


def test_a_forgotten_phone_has_no_lane(play: Callable[[Work], None], ledger: Ledger) -> None:
    front = phone()

    async def work(fleet: Fleet, client: PrefectClient) -> None:
        await fleet.device_changed(DeviceSeen(front.serial_number, "device", hardware=front), client)
        await fleet.device_changed(DeviceSeen(front.serial_number, "absent"), client)
        ledger.devices.forget(front.serial_number)
        await fleet.describe_queues(client)
        assert list(fleet.serials) == []
        await fleet.device_changed(DeviceSeen(front.serial_number, "device", hardware=front), client)
        assert list(fleet.serials) == [front.serial_number]

    play(work)


@pytest.mark.parametrize("serial", ["A/B 1?", "????????????", "[fe80::1%eth0]:5555"])
def test_a_phone_of_an_odd_name_has_a_queue_like_any_other(play: Callable[[Work], None], serial: str) -> None:
    front = Hardware(uuid4().hex, uuid4().hex[:16])

    async def work(fleet: Fleet, client: PrefectClient) -> None:
        await fleet.device_changed(DeviceSeen(serial, "device", hardware=front), client)
        [named] = fleet.serials
        await client.get_scheduled_flow_runs_for_work_pool(POOL, fleet.queues.names([named]))
        await fleet.describe_queues(client)

    play(work)


def test_a_queue_of_an_older_name_keeps_its_runs_and_its_pause(play: Callable[[Work], None]) -> None:
    front, before = phone(), f"127.0.0.1:{uuid4().int % 60000}"
    named = Whereabouts(front.serial_number, front, (before,), frozenset({before}))

    async def work(_: Fleet, client: PrefectClient) -> None:
        queue = await client.create_work_queue(before, work_pool_name=POOL)
        await client.update_work_queue(queue.id, is_paused=True)
        queues = Queues()
        await queues.ensure(client, named)
        await queues.ensure(client, named)
        renamed = await client.read_work_queue_by_name(front.serial_number, work_pool_name=POOL)
        assert (renamed.id, renamed.is_paused, renamed.concurrency_limit) == (queue.id, True, 1)
        assert queues.names([front.serial_number]) == [front.serial_number]
        await client.create_work_queue(before, work_pool_name=POOL)  # by somebody who knew the older name alone
        await queues.ensure(client, named)
        assert queues.names([front.serial_number]) == [front.serial_number, before]

    play(work)


def test_a_run_is_for_the_phone_that_any_of_its_names_means(ledger: Ledger) -> None:
    front, back = Hardware("FRONT1", "a1"), Hardware("BACK22", "b2")
    for address, who in (("127.0.0.1:1001", front), ("127.0.0.1:1002", back), ("127.0.0.1:1002", front)):
        ledger.devices.record_address(AddressSeen(address, "device", "desk", who))
    ledger.devices.record_address(AddressSeen("127.0.0.1:1002", "absent", "desk"))
    ledger.devices.set_alias("FRONT1", "shop")
    config = {"target_users": ["anna"]}
    [task_id] = ledger.tasks.create(
        [NewTask("follow", UnknownConfig.model_validate(config), "BACK22", "sample", created_at=NOW, scheduled_for=NOW)]
    )

    def run(serial: object, key: str | None = None) -> FlowRun:
        fields = {"flow_id": uuid4(), "parameters": {"serial": serial}, "idempotency_key": key}
        return FlowRun.model_validate(fields)

    runs = [
        run("FRONT1"),
        run("shop"),
        run("127.0.0.1:1001"),
        run("127.0.0.1:1002", run_key(ledger.id, task_id)),
        run("nobody"),
        run(None),
        run("127.0.0.1:1002"),
    ]
    found = phones_of_runs(ledger, runs, {"FRONT1"})
    expected = ["FRONT1", "FRONT1", "FRONT1", "BACK22", "nobody", ""]
    assert [found.phones.get(each.id) for each in runs] == [*expected, None]
    assert "FRONT1" in found.unclear[runs[-1].id]
    assert "BACK22" in found.unclear[runs[-1].id]
