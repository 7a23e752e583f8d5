"""Two hosts as one fleet: the second has a worker alone, and nothing is lost or done twice whatever ends in between.

Both are on this machine, with data folders, adb servers and phones of their own; what the second one says to the main
host goes through relays that can be cut.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil
import pytest

from tests.hosts.second_host import SecondHost, second_host
from tests.integration.stack import Stack, running_stack, until
from tests.relay import Relay

pytestmark = [pytest.mark.timeout(900)]
NOWHERE = 1
"""A port of loopback on which nothing listens."""


@dataclass
class Hosts:
    """The main host, and the second one with the relays between them.

    `phone` leads from the second host to its phone, and `other` from the main host to the same phone, if anywhere.
    """

    main: Stack
    second: SecondHost
    api: Relay
    prefect: Relay
    phone: Relay
    other: Relay
    number: int = 0

    def people(self, count: int) -> list[str]:
        """Return people whom nobody has followed yet."""
        self.number += count
        return [f"person_{self.number - each:04}" for each in range(count)]

    def follow(self, people: Iterable[str]) -> list[int]:
        """Let the phone of the second host follow people."""
        return self.main.post("follow", people, self.serials)

    @property
    def serials(self) -> list[str]:
        return self.second.online()

    def followed_once(self, people: Iterable[str], tasks: Iterable[int]) -> None:
        """Wait for the end of the tasks, and see that all are completed and nobody was followed twice."""
        found = self.main.finished(tasks, 300)
        assert {(task["status_text"], task["remark"]) for task in found} == {("completed", None)}
        assert {person: len(self.second.follows(person)) for person in people} == dict.fromkeys(people, 1)

    def cut(self) -> None:
        """Let nothing that the second host says arrive."""
        for relay in (self.api, self.prefect):
            relay.lead_to(NOWHERE)

    def mend(self) -> None:
        """Let the second host reach the main one again."""
        self.api.lead_to(_port(self.main.endpoints["api"]))
        self.prefect.lead_to(_port(self.main.endpoints["prefect"]))

    @contextmanager
    def connected_to_main(self) -> Generator[None]:
        """Let the main host have the phone of the second one, too."""
        self.other.lead_to(self._port_of_phone)
        self.main.adb("connect", self.other.address)
        try:
            yield
        finally:
            self.other.lead_to(NOWHERE)

    def lose_phone(self) -> None:
        """Let the second host lose its phone."""
        self.phone.lead_to(NOWHERE)

    def find_phone(self) -> None:
        """Let the second host have its phone again."""
        self.phone.lead_to(self._port_of_phone)

    @property
    def _port_of_phone(self) -> int:
        return int(self.second.addresses[0].rpartition(":")[2])

    def host(self) -> dict[str, str]:
        """Return the second host as the main one lists it."""
        [found] = self.main.call("GET", "/hosts")["hosts"]
        return found

    def one_runs(self) -> bool:
        """Tell whether the second host's phone is at work."""
        return bool(self.main.call("GET", "/task?status=1")["tasks"])


def _port(url: str) -> int:
    found = urlsplit(url).port
    assert found is not None
    return found


@contextmanager
def looping() -> Generator[asyncio.AbstractEventLoop]:
    """Run an event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def both() -> Generator[Hosts]:
    """A main host with one phone, and a second host with one, which has joined."""
    with ExitStack() as exits:
        main = exits.enter_context(running_stack("phonefleet-hosts-", 1))
        loop = exits.enter_context(looping())
        api = exits.enter_context(Relay(loop, _port(main.endpoints["api"])))
        prefect = exits.enter_context(Relay(loop, _port(main.endpoints["prefect"])))
        second = exits.enter_context(second_host(main))
        phone = exits.enter_context(Relay(loop, int(second.addresses[0].rpartition(":")[2])))
        other = exits.enter_context(Relay(loop, NOWHERE))
        second.environment |= {
            "PHONEFLEET_ADB_CONNECT": phone.address,
            "PHONEFLEET_PREFECT_API_URL": f"http://{prefect.address}/api",
        }
        second.join(second.token(), f"http://{api.address}")
        yield Hosts(main, second, api, prefect, phone, other)


@pytest.fixture
def hosts(both: Hosts) -> Generator[Hosts]:
    """The same, with a worker that works, whatever the test before has done."""
    if both.second.worker is None or both.second.worker.poll() is not None:
        both.second.join()
    yield both
    both.mend()


def test_a_task_runs_on_a_joined_host_whose_worker_has_neither_database_nor_key(hosts: Hosts) -> None:
    people = hosts.people(2)
    hosts.followed_once(people, hosts.follow(people))
    worker = hosts.second.worker
    assert worker is not None
    process = psutil.Process(worker.pid)
    variables = process.environ()
    assert not [name for name in variables if "DATABASE" in name or "SECRET_KEY" in name or "HOST_TOKEN" in name]
    assert not (hosts.second.home / "secret.key").exists()
    postgres = _port_of_database(hosts.main)
    assert postgres not in {one.raddr.port for one in process.net_connections("tcp") if one.raddr}
    assert (hosts.second.home / "main-host.json").stat().st_mode & 0o077 == 0
    assert {phone["host"] for phone in hosts.second.phones()} == {"second"}
    assert hosts.host()["state"] == "online"


def _port_of_database(main: Stack) -> int:
    lines = (main.home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    return int(lines[3])


def test_a_worker_that_is_killed_goes_on_where_it_was_once_it_joins_again(hosts: Hosts) -> None:
    people = hosts.people(4)
    tasks = hosts.follow(people)
    until("a run", hosts.one_runs)
    assert hosts.second.end(signal.SIGKILL) == -signal.SIGKILL
    hosts.second.join()
    hosts.followed_once(people, tasks)


def test_an_api_that_is_killed_is_waited_for_in_the_middle_of_a_run(hosts: Hosts) -> None:
    people = hosts.people(4)
    tasks = hosts.follow(people)
    until("a run", hosts.one_runs)
    for _ in range(3):
        hosts.main.kill("api")
    hosts.followed_once(people, tasks)
    assert hosts.second.worker is not None
    assert hosts.second.worker.poll() is None


def test_a_link_that_is_cut_makes_the_host_away_and_its_runs_go_on_when_it_is_back(hosts: Hosts) -> None:
    people = hosts.people(4)
    tasks = hosts.follow(people)
    until("a run", hosts.one_runs)
    hosts.cut()
    until("the loss of the host", lambda: hosts.host()["state"] == "away")
    until("absent phones", lambda: {phone["state"] for phone in hosts.second.phones()} == {"offline"})
    assert {phone["note"] for phone in hosts.second.phones()} == {"Nothing is heard of its host second."}
    hosts.mend()
    until("the host's return", lambda: hosts.host()["state"] == "online")
    assert hosts.serials
    hosts.followed_once(people, tasks)


def test_a_phone_that_is_carried_to_another_host_takes_its_waiting_tasks_along(hosts: Hosts) -> None:
    people = hosts.people(4)
    [serial] = hosts.serials
    tasks = hosts.follow(people)
    until("a run", hosts.one_runs)
    hosts.lose_phone()
    try:
        with hosts.connected_to_main():
            found = hosts.main.finished(tasks, 300)
            assert {task["status_text"] for task in found} == {"completed"}
            assert hosts.main.device(serial)["host"] != "second"
            assert {person: len(hosts.second.follows(person)) for person in people} == dict.fromkeys(people, 1)
    finally:
        hosts.find_phone()
    assert hosts.second.online() == [serial]


def test_a_phone_that_both_hosts_have_works_at_the_one_that_had_it_first_until_that_one_loses_it(
    hosts: Hosts,
) -> None:
    people = hosts.people(4)
    [serial] = hosts.serials
    with hosts.connected_to_main():
        until("the note", lambda: "works at second alone" in str(hosts.main.device(serial)["note"]))
        hosts.followed_once(people[:2], hosts.follow(people[:2]))
        assert hosts.main.device(serial)["host"] == "second"
        hosts.lose_phone()
        try:
            until("the phone at the main host", lambda: hosts.main.device(serial)["host"] != "second")
            tasks = hosts.main.post("follow", people[2:], [serial])
            until("a run", hosts.one_runs)
        finally:
            hosts.find_phone()
        until("the remark", lambda: serial in str(hosts.host()["remark"]))
        hosts.followed_once(people[2:], tasks)
        assert hosts.main.device(serial)["host"] != "second"
        assert f"{serial} is at work at the host" in hosts.second.said()
    assert hosts.second.online() == [serial]


def test_a_second_worker_with_the_same_token_is_refused_while_the_first_one_lives(hosts: Hosts) -> None:
    kept = json.loads((hosts.second.home / "main-host.json").read_text())
    with second_host(hosts.main) as other:
        assert hosts.serials
        worker = other.join(kept["token"])
        assert worker.wait(120) != 0
        assert "The token of host second is in use" in other.said()
        assert "Traceback" not in other.said()
    assert "is in use" in str(hosts.host()["remark"])
    people = hosts.people(1)
    hosts.followed_once(people, hosts.follow(people))


@pytest.mark.parametrize(
    ("token", "says"),
    [("ph_host_" + "x" * 43, "no token of a host"), ("nonsense-nonsense", "Only the worker of a joined host")],
)
def test_a_token_that_is_none_ends_the_command_with_one_sentence(hosts: Hosts, token: str, says: str) -> None:
    with second_host(hosts.main) as other:
        assert other.join(token).wait(120) != 0
        assert says in other.said()
        assert "Traceback" not in other.said()
        assert token not in other.said()
        assert not (other.home / "main-host.json").exists()


def test_a_host_that_is_removed_ends_its_worker_with_one_sentence_and_its_phones_are_absent(hosts: Hosts) -> None:
    with second_host(hosts.main, seed=11) as other:
        other.join(other.token("third"))
        assert other.online("third")
        hosts.main.call("DELETE", "/hosts/third")
        assert other.worker is not None
        assert other.worker.wait(120) != 0
        assert "The host third was removed from the fleet" in other.said()
        assert {phone["state"] for phone in other.phones("third")} == {"offline"}
        worker = other.join()
        assert worker.wait(120) != 0
    assert os.environ.get("PHONEFLEET_HOST_TOKEN") is None
