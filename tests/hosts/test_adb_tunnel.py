"""Phones of a joined host are reached through the connections that its worker has opened."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from adbutils import AdbError, adb_path
from PIL import Image

from phonefleet.clock import SystemClock
from phonefleet.device.adb import server as adb_server
from phonefleet.device.adb.host_sockets import LONGEST_PATH, HostSockets
from phonefleet.device.glance import Glance
from phonefleet.device.hand import Hand, Spot
from phonefleet.device.live_pictures import LivePictures
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import AutomationDown, DeviceFrozen, DeviceOffline
from tests.device.conftest import running_adb_server, wait_until
from tests.hosts.tunnelled import HOST, Hosts, joined
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

PATIENT = timedelta(seconds=60)


@pytest.fixture(scope="module", autouse=True)
def no_usb() -> Iterator[None]:
    """Keep adb servers off USB; they inherit this."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in adb_server.ENVIRONMENT_WITHOUT_USB.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def adb_ports() -> Iterator[tuple[int, int]]:
    """The adb server of the main host, and that of the joined one."""
    with running_adb_server() as here, running_adb_server() as there:
        yield here, there


@pytest.fixture
def hosts(tmp_path: Path, adb_ports: tuple[int, int]) -> Iterator[Hosts]:
    here, there = adb_ports
    with joined(tmp_path, there, here) as hosts:
        wait_until(lambda: hosts.ready() >= 1)
        yield hosts


@pytest.fixture(scope="module")
def fleet() -> Iterator[BackgroundFleet]:
    with BackgroundFleet(FleetOptions(count=41, base_port=0, seed=5, plain=True)) as fleet:
        yield fleet


def connect(port: int, *serials: str) -> None:
    for serial in serials:
        subprocess.run([adb_path(), "-P", str(port), "connect", serial], check=True, capture_output=True)


@pytest.fixture
def there(fleet: BackgroundFleet, hosts: Hosts) -> str:
    """A phone that only the joined host has."""
    connect(hosts.adb_port, fleet.serials[0])
    return fleet.serials[0]


def test_each_host_shows_its_own_phones(hosts: Hosts, fleet: BackgroundFleet, there: str) -> None:
    here = fleet.serials[40]
    connect(hosts.servers.port, here)
    assert set(hosts.servers.of("main").states()) == {here}
    assert there in hosts.servers.of(HOST).states()
    assert here not in hosts.servers.of(HOST).states()


def test_a_phone_of_a_joined_host_is_looked_at_and_touched_like_any_other(
    hosts: Hosts, fleet: BackgroundFleet, there: str
) -> None:
    address = hosts.servers.address(HOST)
    phone = fleet.phone(there)
    with Image.open(BytesIO(Glance(address, limit=PATIENT).screenshot(there))) as picture:
        assert picture.size == (phone.width, phone.height)
    assert "<hierarchy" in Glance(address, limit=PATIENT).hierarchy(there, idle=True)
    assert LivePictures(address, limit=PATIENT).take(there, 200, 60).width == 200
    Hand(address, limit=PATIENT).tap(there, Spot(0.5, 0.5))
    with pytest.raises(DeviceOffline, match="not connected to its host berlin"):
        Glance(address, limit=PATIENT).screenshot("127.0.0.1:1")


def test_a_session_works_through_the_tunnel_with_the_server_that_it_uploads(hosts: Hosts, there: str) -> None:
    session = PhoneSession(there, hosts.servers.of(HOST), SystemClock(), PATIENT)
    try:
        assert "<hierarchy" in session.hierarchy()
    finally:
        session.close()


def test_adb_itself_works_with_the_socket_of_a_host(hosts: Hosts, there: str) -> None:
    sockets = hosts.servers.sockets
    assert sockets is not None
    command = [adb_path(), "-L", f"localfilesystem:{sockets.path(HOST)}", "-s", there, "shell", "echo", "far away"]
    assert subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.strip() == b"far away"


def test_the_adb_server_of_another_host_is_not_ended_from_here(hosts: Hosts, there: str) -> None:
    with hosts.servers.of(HOST).make_connection() as connection:
        connection.send_command("host:kill")
        with pytest.raises(AdbError, match="not ended from here"):
            connection.check_okay()
    assert there in hosts.servers.of(HOST).states()


def test_forty_phones_are_watched_at_once(hosts: Hosts, fleet: BackgroundFleet) -> None:
    forty = fleet.serials[:40]
    connect(hosts.adb_port, *forty)
    pictures = LivePictures(hosts.servers.address(HOST), limit=PATIENT)
    with ThreadPoolExecutor(40) as pool:
        for _ in range(2):
            taken = list(pool.map(partial(pictures.take, short_side=120, quality=60), forty))
            assert len({id(each) for each in taken}) == 40
    wait_until(lambda: 1 <= hosts.ready() <= 16)


def test_a_link_that_is_cut_in_the_middle_of_a_picture_brings_none_and_comes_back(hosts: Hosts, there: str) -> None:
    glance = Glance(hosts.servers.address(HOST), limit=PATIENT)
    assert glance.screenshot(there)
    hosts.do(lambda: hosts.link.then(20_000, hosts.link.cut))
    with pytest.raises((AutomationDown, DeviceOffline), match=there):  # half a picture is none
        glance.screenshot(there)
    wait_until(lambda: hosts.ready() >= 1)
    assert glance.screenshot(there)


def test_a_link_that_falls_silent_ends_in_the_time_of_the_call(hosts: Hosts, there: str) -> None:
    glance = Glance(hosts.servers.address(HOST), limit=timedelta(seconds=1))
    hosts.do(hosts.link.hold)
    with pytest.raises(DeviceFrozen, match="within 1 s"):
        glance.screenshot(there)
    hosts.do(hosts.link.let_go)
    assert Glance(hosts.servers.address(HOST), limit=PATIENT).screenshot(there)


def test_a_slow_link_brings_the_same_picture(hosts: Hosts, there: str) -> None:
    address = hosts.servers.address(HOST)
    before = Glance(address, limit=PATIENT).screenshot(there)
    hosts.link.delay, hosts.link.bytes_a_second = timedelta(milliseconds=100), 500_000
    assert Glance(address, limit=PATIENT).screenshot(there) == before


def test_a_host_that_is_away_is_named_at_once(hosts: Hosts, there: str) -> None:
    hosts.stop_worker()
    wait_until(lambda: hosts.ready() == 0)
    with pytest.raises(DeviceOffline, match="The host berlin is away"):
        Glance(hosts.servers.address(HOST)).screenshot(there)
    with pytest.raises(DeviceOffline, match="The host berlin is away"):
        hosts.servers.of(HOST).states()


def test_a_host_whose_adb_server_does_not_run_is_told_apart(tmp_path: Path, adb_ports: tuple[int, int]) -> None:
    with joined(tmp_path, 1, adb_ports[0]) as hosts:
        wait_until(lambda: hosts.ready() >= 1)
        with pytest.raises(DeviceOffline, match="No adb server runs on the host berlin"):
            hosts.servers.of(HOST).states()
        wait_until(lambda: hosts.ready() >= 1)


def test_without_the_api_a_joined_host_cannot_be_reached(tmp_path: Path, adb_ports: tuple[int, int]) -> None:
    with joined(tmp_path, adb_ports[1], adb_ports[0]) as hosts:
        servers = hosts.servers
    with pytest.raises(DeviceOffline, match="through the API of this data folder, which does not run"):
        servers.of(HOST).states()


def test_a_host_that_was_removed_is_no_host_any_more(hosts: Hosts) -> None:
    hosts.stop_worker()  # a removed host's token lets none of its connections in
    hosts.run(hosts.tunnels.forget(HOST))
    assert hosts.servers.address(HOST) == hosts.servers.port


def test_the_sockets_are_for_nobody_else(hosts: Hosts) -> None:
    sockets = hosts.servers.sockets
    assert sockets is not None
    assert sockets.folder.stat().st_mode & 0o777 == 0o700
    assert sockets.path(HOST).stat().st_mode & 0o777 == 0o600


def test_the_sockets_of_a_deep_folder_have_a_short_path() -> None:
    deep = HostSockets.of(Path("/srv") / ("very-" * 30))
    assert len(os.fsencode(deep.path("x" * 63))) <= LONGEST_PATH
    assert deep.path("x" * 63) != deep.path("x" * 62)
