from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.events import events_in
from phonefleet.clock import StopSignal
from tests.client.served import Served, served

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


class HurriedClock:
    """Time that passes only by waiting; a deed may happen during the first wait."""

    def __init__(self) -> None:
        self.slept: list[timedelta] = []
        self.deed = lambda: None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return sum((one.total_seconds() for one in self.slept), 0.0)

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        assert stop is None
        self.slept.append(duration)
        deed, self.deed = self.deed, lambda: None
        deed()


class Sulky(BaseHTTPRequestHandler):
    """Answers the text of its class with its status, but too many requests before that."""

    refusals = 0
    status = 200
    text = '{"code": 0, "message": "success", "data": {"status": "ok"}}'

    def do_GET(self) -> None:
        kind = type(self)
        kind.refusals -= 1
        self.send_response(429 if kind.refusals >= 0 else kind.status)
        self.send_header("Retry-After", "2")
        self.end_headers()
        refusal = '{"code": 42901, "message": "Too many requests", "data": null}'
        self.wfile.write((refusal if kind.refusals >= 0 else kind.text).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the overridden method
        assert format, args


@pytest.fixture
def sulky() -> Iterator[tuple[str, type[Sulky]]]:
    """A server that a test tells how to answer."""
    kind = type("Told", (Sulky,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", kind
        server.shutdown()
        thread.join()


def _create(client: Client, *targets: str) -> list[int]:
    config = {"target_users": list(targets)}
    return client.create_tasks("follow", serials=["phone-1"], script_config=config, start_time=TOMORROW)["task_ids"]


def test_a_refusal_carries_code_message_and_data(client: Client) -> None:
    with pytest.raises(ApiError) as refused:
        client.create_tasks("follow", serials=["phone-1"], script_config={"colour": "red"})
    error = refused.value
    assert error.code == 40001
    assert error.data["errors"]
    assert error.message in str(error)
    assert "40001" in str(error)


def test_many_details_are_cut_short_in_the_sentence_but_all_kept() -> None:
    errors = [{"line": line, "field": "serial", "reason": "is unknown"} for line in range(1, 9)]
    error = ApiError(40001, "Wrong", {"errors": errors})
    assert len(error.details) == 8
    assert str(error).endswith("line 5: serial is unknown; and 3 more")


def test_silence_is_reported_with_advice() -> None:
    with Client("http://127.0.0.1:1") as client, pytest.raises(ApiUnreachable, match="is `phonefleet up` running"):
        client.check_license()


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://[::"])
def test_an_address_that_is_none_is_reported(url: str) -> None:
    with pytest.raises(ApiUnreachable), Client(url) as client:
        client.check_license()


@pytest.mark.parametrize("text", ["<html>", "[]", '{"code": "x", "message": "", "data": 1}', '{"detail": "none"}', ""])
def test_another_server_is_not_taken_for_ours(sulky: tuple[str, type[Sulky]], text: str) -> None:
    url, kind = sulky
    kind.text = text
    with Client(url) as client, pytest.raises(ApiError, match="is not phonefleet's API"):
        client.check_license()


def test_a_status_that_nobody_knows_is_reported_too(sulky: tuple[str, type[Sulky]]) -> None:
    url, kind = sulky
    kind.status, kind.text = 599, ""
    with Client(url) as client, pytest.raises(ApiError, match="HTTP 599"):
        client.check_license()


def test_a_server_that_asks_for_patience_is_asked_again_when_it_says(sulky: tuple[str, type[Sulky]]) -> None:
    url, kind = sulky
    kind.refusals = 2
    clock = HurriedClock()
    with Client(url, clock=clock) as client:
        assert client.is_alive() == {"status": "ok"}
    assert clock.slept == [timedelta(seconds=2)] * 2


def test_patience_has_an_end(sulky: tuple[str, type[Sulky]]) -> None:
    url, kind = sulky
    kind.refusals = 100
    with Client(url, clock=HurriedClock()) as client, pytest.raises(ApiError, match="42901"):
        client.is_alive()


def test_the_token_opens_and_is_shown_nowhere(postgres_url: str, tmp_path: Path) -> None:
    with served(postgres_url, tmp_path, api_token="a-long-secret-token-0123456789") as running:  # noqa: S106 - made up
        with Client(running.url) as client, pytest.raises(ApiError, match="40101"):
            client.list_tasks()
        with Client(running.url, "a-long-secret-token-0123456789") as client:
            assert client.list_tasks()["total"] == 0
            assert "secret" not in repr(client)
        with Client(running.url, "wrong-secret") as client, pytest.raises(ApiError) as refused:
            client.list_tasks()
        assert "wrong-secret" not in str(refused.value)


def test_a_password_in_the_address_is_shown_nowhere(sulky: tuple[str, type[Sulky]]) -> None:
    url, kind = sulky
    kind.text = "<html>"
    for address in (url, "http://127.0.0.1:1"):
        with (
            Client(address.replace("//", "//me:hidden-word@")) as client,
            pytest.raises((ApiError, ApiUnreachable)) as refused,
        ):
            client.check_license()
        assert "hidden-word" not in f"{refused.value} {client.url}"


def test_pages_are_joined_and_each_task_comes_once(client: Client) -> None:
    ids = _create(client, *(f"person_{number}" for number in range(230)))
    found = client.iter_tasks(serial="phone-1")
    first = next(found)
    _create(client, "somebody_new")  # pushes all others to later places
    assert [first["id"], *(task["id"] for task in found)] == sorted(ids, reverse=True)


def test_some_tasks_come_in_the_order_asked_for_and_in_few_requests(api: Served, client: Client) -> None:
    ids = _create(client, *(f"person_{number}" for number in range(150)))
    before = len(api.requests)
    assert [task["id"] for task in client.some_tasks(ids)] == ids
    assert len(api.requests) - before == 2


def test_waiting_ends_when_all_tasks_have_ended(api: Served, client: Client) -> None:
    ids = _create(client, "ann", "bob")
    clock = HurriedClock()
    client.stop_task(ids[0])
    clock.deed = lambda: client.stop_task(ids[1]) and None
    with Client(api.url, clock=clock) as patient:
        assert [task["status"] for task in patient.wait(ids)] == [3, 3]
    assert len(clock.slept) == 1


def test_waiting_gives_up_in_time(api: Served, client: Client) -> None:
    [task_id] = _create(client, "ann")
    with Client(api.url, clock=HurriedClock()) as patient, pytest.raises(TimeoutError, match=str(task_id)):
        patient.wait([task_id], timeout=timedelta(minutes=1))


def test_a_wait_of_no_time_looks_once(api: Served, client: Client) -> None:
    [task_id] = _create(client, "ann")
    clock = HurriedClock()
    with Client(api.url, clock=clock) as patient, pytest.raises(TimeoutError, match=str(task_id)):
        patient.wait([task_id], timeout=timedelta(0))
    assert not clock.slept


def test_the_same_key_creates_nothing_twice(client: Client) -> None:
    config = {"target_users": ["ann"]}
    made = [
        client.create_tasks("follow", serials=["phone-1"], script_config=config, idempotency_key="k") for _ in range(2)
    ]
    assert made[0] == made[1]
    assert client.count_tasks()["total"] == 1


def test_names_with_any_characters_stay_within_their_place_in_the_path(api: Served, client: Client) -> None:
    for name in ("a/b", "../task", "?x=1", "#", "ü"):
        with pytest.raises(ApiError, match="40401"):
            client.get_device(name)
        assert api.requests[-1].path.startswith("/api/v1/devices/")


def test_none_takes_an_alias_away_and_what_is_left_out_stays(client: Client) -> None:
    client.change_device("phone-1", group="shop")
    changed = client.change_device("device_serial_1", alias=None)
    assert (changed["alias"], changed["group"], changed["enabled"]) == (None, "shop", True)


def test_accounts_survive_a_journey_through_a_file(client: Client) -> None:
    table = client.export_accounts(serial="phone-1")
    assert client.import_accounts(table) == {"created_count": 0, "updated_count": 2, "errors": []}


def test_changes_are_heard_as_they_happen(client: Client) -> None:
    with client.another() as listening:
        events = listening.events()
        assert next(events).kind == "ready"
        task_ids = _create(client, "ann")
        while (heard := next(events)).kind != "task":
            if heard.kind == "ready":  # what happened before may have been missed
                task_ids += _create(client, "ben")
        events.close()  # type: ignore[attr-defined] - it is a generator
    assert heard.data["id"] in task_ids


def test_an_event_may_have_several_lines_and_comments_are_none() -> None:
    lines = [": hello", "event: task", 'data: {"id":', "data: 1}", "", "", "id: 7", "data:{}", ""]
    assert [(event.kind, event.data) for event in events_in(lines)] == [("task", {"id": 1}), ("message", {})]
