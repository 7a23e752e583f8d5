"""Joined hosts: tokens that are shown once and revoked, and a ledger that each may use for its own phones alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import pytest

from phonefleet.client.transport import Answer, Unreachable
from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import (
    AccountBarred,
    HostInUse,
    HostRefused,
    LedgerUnreachable,
    MainHostAway,
    NotOfThisHost,
)
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.joining import join, leave
from phonefleet.hosts.remote import RemoteLedger
from phonefleet.joined_hosts import Joining
from phonefleet.ledger import Ledger, StateChange
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.ledger.targets.pools import Prospect, pool_of
from phonefleet.ledger.values import Action, Adoption, ChosenText, Device, Intent
from phonefleet.pacing import zone_named
from phonefleet.patience import Patience
from phonefleet.persons import digest_of
from phonefleet.settings import Settings
from phonefleet.vault import Vault
from tests.api.conftest import Call, callable_api
from tests.api.test_persons import STRICT, MovedClock, add, bearer

VERSION = version("phonefleet")
CLOCK = SystemClock()
BERLIN = zone_named("Europe/Berlin")


class InThisProcess(MainHost):
    """The API of the test, as the worker of a joined host calls it."""

    def __init__(self, call: Call, token: str, installation: str = "installation-1") -> None:
        super().__init__("http://localhost:50809", token, installation)
        self.call = call
        self.made: list[str] = []

    def post(self, path: str, body: bytes) -> Answer:
        self.made.append(path)
        found = self.call("POST", path, content=body, headers=self._headers)
        return Answer(found.status_code, found.reason_phrase, dict(found.headers), found.content)


class Elsewhere(InThisProcess):
    """Something else that answers at the address."""

    def __init__(self, call: Call, token: str, answers: int) -> None:
        super().__init__(call, token)
        self.answers = answers

    def post(self, path: str, body: bytes) -> Answer:
        assert path
        assert body
        return Answer(self.answers, "", {}, b"<html>")


def added(call: Call, name: str = "second") -> str:
    answer = call("POST", "/hosts", json={"name": name})
    assert answer.json()["code"] == 0, answer.text
    return str(answer.json()["data"]["token"])


def listed(call: Call) -> list[dict[str, Any]]:
    return call("GET", "/hosts").json()["data"]["hosts"]


@pytest.fixture
def main(call: Call) -> InThisProcess:
    """A host named second, which has joined."""
    found = InThisProcess(call, added(call))
    join(found, VERSION, CLOCK)
    return found


@pytest.fixture
def remote(main: InThisProcess, ledger: Ledger) -> Ledger:
    """The ledger as the second host has it; the phone phone-2 is there."""
    ledger.devices.seen("phone-2", "device", "second")
    return RemoteLedger(main, ledger.id).as_ledger()


@pytest.fixture
def task(call: Call) -> Callable[[int], int]:
    """Make a task for a phone, and return its id."""

    def make(phone: int) -> int:
        body = {"serials": [f"phone-{phone}"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
        return call("POST", "/task", json=body).json()["data"]["task_ids"][0]

    return make


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_only_its_digest_is_kept(call: Call, ledger: Ledger) -> None:
    token = added(call)
    assert token.startswith("ph_host_")
    assert [host.token_digest for host in ledger.hosts.all()] == [digest_of(token)]
    assert token not in call("GET", "/hosts").text
    assert listed(call)[0]["state"] == "never joined"


def test_a_second_host_of_a_name_is_refused_in_one_sentence(call: Call) -> None:
    added(call, "second")
    answer = call("POST", "/hosts", json={"name": "SECOND"})
    assert answer.json()["code"] == 40901
    assert answer.json()["message"].startswith("There is a host named SECOND already")
    answer = call("POST", "/hosts", json={"name": call("GET", "/hosts").json()["data"]["main"]})
    assert answer.json()["code"] == 40901
    assert "is the name of the main host itself" in answer.json()["message"]


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", "a b", "x" * 64, "-x", "ü", "a\n"])
def test_a_host_is_called_so_that_a_file_can_be(call: Call, name: str) -> None:
    answer = call("POST", "/hosts", json={"name": name}).json()
    assert answer["code"] == (0 if name == "a\n" else 40001)  # blanks around a name are not meant
    assert answer["code"] == 0 or "at most 63 Latin letters and digits" in answer["message"]


def test_the_token_of_a_host_may_do_what_its_worker_does_and_nothing_else(call: Call, main: InThisProcess) -> None:
    headers = bearer(main.token)
    assert call("GET", "/host/me", headers=headers).json()["data"] == {"name": "second"}
    for method, path in (("GET", "/me"), ("GET", "/task"), ("GET", "/hosts"), ("POST", "/task"), ("GET", "/metrics")):
        answer = call(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, 40302), path
        assert "token of the host second" in answer.json()["message"]
    assert call("POST", "/session", json={"token": main.token}).json()["code"] == 40101


def test_nobody_elses_token_is_one_of_a_host(open_api: Callable[..., Call]) -> None:
    call = open_api(**STRICT, api_token=None)
    assert call("POST", "/host/ledger/limits/current", content=b"{}").json()["code"] == 40101


def test_a_person_may_not_do_what_a_worker_does(call: Call) -> None:
    token = add(call, "anna", "administer")
    for method, path in (("GET", "/host/me"), ("POST", "/host/ledger/limits/current"), ("POST", "/host/join")):
        answer = call(method, path, headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (403, 40302), path


def test_who_watches_sees_the_hosts_and_only_who_administers_changes_them(call: Call, main: InThisProcess) -> None:
    watching = bearer(add(call, "clara", "watch"))
    shown = call("GET", "/hosts", headers=watching).json()["data"]
    assert (shown["version"], [host["name"] for host in shown["hosts"]]) == (VERSION, ["second"])
    assert main.token not in str(shown)
    for method, path in (("POST", "/hosts"), ("DELETE", "/hosts/second")):
        assert call(method, path, json={"name": "third"}, headers=watching).json()["code"] == 40302


def test_a_wrong_token_and_one_that_was_revoked_are_told_apart_and_refused(call: Call, main: InThisProcess) -> None:
    with pytest.raises(HostRefused, match="no token of a host"):
        join(InThisProcess(call, "ph_host_" + "x" * 43), VERSION, CLOCK)
    assert call("DELETE", "/hosts/SECOND").json()["data"] == {"name": "second"}
    with pytest.raises(HostRefused, match="The host second was removed from the fleet"):
        join(main, VERSION, CLOCK)
    assert call("DELETE", "/hosts/second").json()["code"] == 40401


def test_a_worker_whose_token_is_revoked_hears_of_it_at_its_next_call(
    call: Call, main: InThisProcess, ledger: Ledger
) -> None:
    ledger.devices.seen("phone-2", "device", "second")
    heard: list[str] = []
    refused = RemoteLedger(main, ledger.id, heard.append).as_ledger()
    assert refused.limits.current().version == 0
    call("DELETE", "/hosts/second")
    with pytest.raises(HostRefused, match="The host second was removed"):
        refused.limits.current()
    assert len(heard) == 1
    phone = ledger.devices.get("phone-2")
    assert phone is not None
    assert phone.state == "absent"


def test_a_removed_name_can_be_given_again_and_the_old_token_stays_revoked(call: Call, main: InThisProcess) -> None:
    call("DELETE", "/hosts/second")
    again = InThisProcess(call, added(call, "second"))
    assert join(again, VERSION, CLOCK).name == "second"
    with pytest.raises(HostRefused, match="was removed"):
        join(main, VERSION, CLOCK)


# --- joining --------------------------------------------------------------------------------------------------------


def test_a_worker_learns_what_it_shares_with_the_others(call: Call, settings: Settings, ledger: Ledger) -> None:
    joined = join(InThisProcess(call, added(call)), VERSION, CLOCK)
    assert (joined.name, joined.ledger_id, joined.losses) == ("second", ledger.id, 0)
    assert joined.settings["timezone"] == "Europe/Berlin"
    assert joined.settings["seed"] == "7"
    assert not {name for name in joined.settings if "token" in name or "key" in name or "database" in name}
    assert listed(call)[0]["state"] == "online"
    given = {name: value for name, value in joined.settings.items() if name != "home"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(f"PHONEFLEET_{name.upper()}", value)
        read = Settings()
    assert (read.retry_wait, read.seed, read.wait_in_place) == (settings.retry_wait, 7, settings.wait_in_place)


def test_another_version_of_the_product_is_refused_on_both_sides(call: Call) -> None:
    main = InThisProcess(call, added(call))
    with pytest.raises(HostRefused) as refused:
        join(main, "0.0.1", CLOCK)
    why = f"The worker of the host second is of version 0.0.1 and the main host of version {VERSION}"
    assert refused.value.message.startswith(why)
    assert listed(call)[0]["remark"].startswith(why)
    join(main, VERSION, CLOCK)
    assert listed(call)[0]["remark"] is None


def test_a_token_that_is_in_use_elsewhere_is_refused_on_both_sides_until_that_worker_is_gone(
    settings: Settings, ledger: Ledger
) -> None:
    clock = MovedClock()
    with callable_api(settings, clock) as call:
        token = added(call)
        first, second = (InThisProcess(call, token, f"installation-{number}") for number in (1, 2))
        join(first, VERSION, clock)
        join(first, VERSION, clock)  # the same one may come back at once, such as after a crash
        with pytest.raises(HostRefused, match="The token of host second is in use: another worker"):
            join(second, VERSION, clock)
        assert "is in use" in listed(call)[0]["remark"]
        clock.moved += timedelta(seconds=31)
        join(second, VERSION, clock)
        with pytest.raises(HostRefused, match="Another worker has joined with the token of the host second"):
            RemoteLedger(first, ledger.id).as_ledger().limits.current()
        assert RemoteLedger(second, ledger.id).as_ledger().limits.current().version == 0
        leave(second)
        join(first, VERSION, clock)
        assert RemoteLedger(first, ledger.id).as_ledger().limits.current().version == 0


def test_a_call_before_joining_is_refused(call: Call, ledger: Ledger) -> None:
    with pytest.raises(HostRefused):
        RemoteLedger(InThisProcess(call, added(call)), ledger.id).as_ledger().limits.current()


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_that_goes_wrong_is_measured_and_told(call: Call, minutes: int) -> None:
    wrong = MovedClock()
    wrong.moved = timedelta(minutes=minutes)
    joined = join(InThisProcess(call, added(call)), VERSION, wrong)
    assert abs(joined.shift + timedelta(minutes=minutes)) < timedelta(seconds=20)
    [host] = listed(call)
    assert abs(host["clock_ahead"] - 60 * minutes) < 20
    assert ("ahead of" if minutes > 0 else "behind") in host["remark"]


def test_what_answers_is_no_main_host(call: Call) -> None:
    with pytest.raises(HostRefused, match="is no main host of a fleet"):
        join(Elsewhere(call, "ph_host_x", answers=200), VERSION, CLOCK)


# --- the ledger -----------------------------------------------------------------------------------------------------


def test_the_worker_works_with_the_ledger_as_on_the_main_host(
    remote: Ledger, ledger: Ledger, task: Callable[[int], int]
) -> None:
    task_id, now = task(2), CLOCK.now()
    there = remote.tasks.get(task_id)
    assert there is not None
    assert (there.id, there.serial, there.script_config["target_users"]) == (task_id, "phone-2", ["anna"])
    remote.tasks.project(task_id, StateChange("RUNNING", "Running", now, flow_run_id=uuid4()))
    intent = Intent(task_id, "follow", "sample", "shop_2", "anna")
    action = remote.actions.intend(intent, now, BERLIN)
    assert isinstance(action, Action)
    assert action == ledger.actions.of_task(task_id)[0]
    assert remote.actions.acting(action.id, intent, now, BERLIN) is None
    remote.actions.end(action.id, "done", now)
    assert [one.state for one in remote.actions.of_task(task_id)] == ["done"]
    remote.sightings.keep(task_id, "follow", "anna", "seen", now)
    assert remote.sightings.find(task_id, "follow", "anna") == "seen"
    assert remote.sightings.others_since(task_id, "follow", "anna").all == 0
    assert [one.serial for one in remote.devices.all()] == ["phone-2"]
    remote.tasks.set_progress(task_id, 1, 1)
    remote.tasks.project(task_id, StateChange("COMPLETED", "Completed", now + timedelta(seconds=1)))
    found = ledger.tasks.get(task_id)
    assert found is not None
    assert (found.status_text, found.progress.done) == ("completed", 1)


def test_a_text_is_chosen_in_the_worker_and_only_once(remote: Ledger, task: Callable[[int], int]) -> None:
    task_id, made = task(2), iter("ab")
    chosen = [remote.texts.choose(task_id, "comment", "p", lambda: ChosenText(next(made))).content for _ in range(2)]
    assert chosen == ["a", "a"]


def test_errors_of_the_ledger_are_raised_in_the_worker(
    remote: Ledger, ledger: Ledger, task: Callable[[int], int]
) -> None:
    task_id, now = task(2), CLOCK.now()
    ledger.accounts.hold("shop_2", "sample", "looked at", now)
    with pytest.raises(AccountBarred, match="@shop_2 is held"):
        remote.actions.intend(Intent(task_id, "follow", "sample", "shop_2", "anna"), now, BERLIN)


class Losing(InThisProcess):
    """A link that breaks after each second call was made, before its answer arrives."""

    def __init__(self, call: Call, token: str) -> None:
        super().__init__(call, token)
        self.lost = 0

    def post(self, path: str, body: bytes) -> Answer:
        answer = super().post(path, body)
        if len(self.made) % 2:
            self.lost += 1
            message = "the link broke"
            raise Unreachable(message)
        return answer


def test_calls_whose_answers_are_lost_are_made_again_and_nothing_happens_twice(
    main: InThisProcess, ledger: Ledger, task: Callable[[int], int], call: Call
) -> None:
    ledger.devices.seen("phone-2", "device", "second")
    link = Losing(call, main.token)
    remote = RemoteLedger(link, ledger.id).patient(Patience(CLOCK, StopSignal()))
    task_id, now, pool = task(2), CLOCK.now(), uuid4()
    intent = Intent(task_id, "follow", "sample", "shop_2", "anna")
    action = remote.actions.intend(intent, now, BERLIN)
    assert isinstance(action, Action)
    assert remote.actions.acting(action.id, intent, now, BERLIN) is None
    assert remote.texts.choose(task_id, "comment", "p", lambda: ChosenText("hello")).content == "hello"
    remote.actions.end(action.id, "done", now)
    alone = pool_of(task_id, None, alone=True)
    remote.pools.fill(alone, [Prospect("anna"), Prospect("boris")], task_id)
    claim = remote.pools.take(alone, task_id, "shop_2", now)
    assert claim is not None
    remote.pools.end(claim, "done", [], now)
    adopted = remote.tasks.adopt(Adoption(pool, "follow", {}, "phone-2", None, now))
    assert link.lost > 7
    assert [one.state for one in ledger.actions.of_task(task_id)] == ["done"]
    assert (claim.target, ledger.pools.progress(alone, task_id).done) == ("anna", 1)
    assert ledger.tasks.count().total == 2
    found = ledger.tasks.by_flow_run(pool)
    assert found is not None
    assert found.id == adopted


def other_phones_calls(ledger: Ledger, task_id: int) -> Iterator[Callable[[Ledger], object]]:
    """Yield calls about a phone of the main host, its task, and what belongs to them."""
    now = CLOCK.now()
    intent = Intent(task_id, "follow", "sample", "shop_1", "anna")
    action = ledger.actions.intend(intent, now, BERLIN)
    assert isinstance(action, Action)
    yield lambda remote: remote.tasks.get(task_id)
    yield lambda remote: remote.tasks.project(task_id, StateChange("FAILED", "Failed", now))
    yield lambda remote: remote.tasks.adopt(Adoption(uuid4(), "follow", {}, "phone-1", None, now))
    yield lambda remote: remote.tasks.adopt(Adoption(uuid4(), "follow", {}, "device_serial_1", None, now))
    yield lambda remote: remote.tasks.adopt(Adoption(uuid4(), "follow", {}, "shop_1", None, now))
    yield lambda remote: remote.actions.intend(intent, now, BERLIN)
    yield lambda remote: remote.actions.end(action.id, "done", now)
    yield lambda remote: remote.actions.release(10**9)
    yield lambda remote: remote.actions.of_task(task_id + 1000)
    yield lambda remote: remote.devices.get("phone-1")
    yield lambda remote: remote.devices.quarantine("phone-1", "mine")
    yield lambda remote: remote.devices.barred("host")
    yield lambda remote: remote.devices.mark_all_absent("host")
    yield lambda remote: remote.devices.record_address(AddressSeen("usb-1", "device", "host"))
    yield lambda remote: remote.takeovers.of_host("host", now)
    yield lambda remote: remote.accounts.sync("phone-1", "sample", [])
    yield lambda remote: remote.accounts.on_devices(["phone-1", "phone-2"], "sample")
    yield lambda remote: remote.pools.fill(uuid4(), [Prospect("anna")])
    yield lambda remote: remote.scraping.end(f"task {task_id}", "list", "done", now)
    yield lambda remote: remote.scraping.end(f"request {uuid4()}", "list", "done", now)
    yield lambda remote: remote.scraping.end("anything", "list", "done", now)
    yield lambda remote: remote.secrets.opened(task_id, "secret:x", lambda _: "")
    yield lambda remote: remote.runs.hold([], "host", now)


def test_what_belongs_to_other_hosts_phones_is_refused(
    remote: Ledger, ledger: Ledger, task: Callable[[int], int]
) -> None:
    for call in other_phones_calls(ledger, task(1)):
        with pytest.raises(NotOfThisHost):
            call(remote)


def test_of_lists_only_what_is_the_hosts_own_is_told(
    remote: Ledger, ledger: Ledger, task: Callable[[int], int]
) -> None:
    mine, other, run = task(2), task(1), uuid4()
    assert [one.id for one in remote.tasks.some([mine, other])] == [mine]
    ledger.tasks.project(other, StateChange("RUNNING", "Running", CLOCK.now(), flow_run_id=run))
    assert remote.tasks.by_flow_run(run) is None
    assert remote.runs.hold([run], "second", CLOCK.now()) == set()


def test_a_secret_is_opened_for_the_task_alone_that_refers_to_it(
    remote: Ledger, ledger: Ledger, settings: Settings, call: Call, task: Callable[[int], int]
) -> None:
    chat = {"api_key": "the key of a model", "model": "small"}
    config = {"generate_by_chatgpt": True, "chatgpt_settings": chat}
    body = {"serials": ["phone-2"], "script_name": "account_warmup", "script_config": config}
    task_id = call("POST", "/task", json=body).json()["data"]["task_ids"][0]
    stored = ledger.tasks.get(task_id)
    assert stored is not None
    reference = stored.script_config["chatgpt_settings"]["api_key"]
    opened = remote.secrets.opened(task_id, reference, lambda _: "no key is here")
    sealed = ledger.secrets.find(reference)
    assert sealed is not None
    assert opened == Vault.of(settings).open(sealed)
    assert "the key of a model" in str(opened)
    with pytest.raises(NotOfThisHost):
        remote.secrets.opened(task(2), reference, lambda _: "")


@pytest.mark.parametrize("path", ["persons/all", "tasks/delete", "tasks/_update", "hosts/known", "audit/page", "x/y"])
def test_what_is_not_on_the_list_cannot_be_called(main: InThisProcess, path: str) -> None:
    answer = main.post(f"/host/ledger/{path}", b"{}")
    assert answer.status_code == 409
    assert "may not call" in answer.json()["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"task_id": "x"}', b'{"task_id": {}}', b"\xff", b"{"])
def test_wrong_arguments_are_refused_in_one_sentence(main: InThisProcess, body: bytes) -> None:
    answer = main.post("/host/ledger/tasks/get", body)
    assert answer.status_code == 409
    assert answer.json()["message"].startswith("wrong arguments for tasks/get")


def test_calls_of_workers_are_neither_counted_as_a_persons_nor_recorded(
    remote: Ledger, ledger: Ledger, main: InThisProcess
) -> None:
    before = ledger.audit.page().total
    for _ in range(5):
        remote.limits.current()
    assert len(main.made) > 5
    assert ledger.audit.page().total == before


def test_a_server_that_fails_is_waited_for(call: Call, ledger: Ledger) -> None:
    with pytest.raises(LedgerUnreachable) as raised:
        RemoteLedger(Elsewhere(call, "ph_host_x", answers=502), ledger.id).as_ledger().limits.current()
    assert isinstance(raised.value, MainHostAway)


# --- hosts that are lost ------------------------------------------------------------------------------------------


def test_a_host_that_is_lost_has_absent_phones_and_hears_of_it_when_it_is_back(
    main: InThisProcess, ledger: Ledger
) -> None:
    ledger.devices.seen("phone-2", "device", "second")
    losses: list[str] = []
    back = RemoteLedger(main, ledger.id, on_losses=losses.append).as_ledger()
    back.limits.current()
    now = CLOCK.now()
    assert ledger.hosts.lose(now) == []
    assert [host.name for host in ledger.hosts.lose(now + timedelta(seconds=40))] == ["second"]
    assert ledger.hosts.lose(now + timedelta(seconds=50)) == []
    phone: Device | None = ledger.devices.get("phone-2")
    assert phone is not None
    assert phone.state == "absent"
    assert ledger.hosts.seen("second", now) == 1
    assert losses == ["0"]


def test_a_run_that_another_host_holds_is_not_taken_from_it(
    remote: Ledger, ledger: Ledger, task: Callable[[int], int]
) -> None:
    task_id, run, now = task(2), uuid4(), CLOCK.now()
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", now, flow_run_id=run))
    assert ledger.runs.hold([run], "first", now) == {run}
    assert remote.runs.held_elsewhere([run], "second", now) == {run}
    assert remote.runs.hold([run], "second", now) == set()
    later = now + timedelta(minutes=2)
    assert remote.runs.held_elsewhere([run], "second", later) == set()
    assert remote.runs.hold([run], "second", later) == {run}
    assert ledger.runs.hold([run], "first", later) == set()


def test_no_more_than_one_installation_is_ever_let_in(ledger: Ledger, call: Call) -> None:
    token = added(call)
    join(InThisProcess(call, token, "installation-1"), VERSION, CLOCK)
    joining = Joining(VERSION, "installation-2", 0.0)
    with pytest.raises(HostInUse):
        ledger.hosts.join(digest_of(token), joining, CLOCK.now())
