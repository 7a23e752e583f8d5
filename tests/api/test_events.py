"""Changes as server-sent events, from a real server process: whoever makes them, and until it is asked to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.live.broadcast import MOST_LISTENERS
from deployments.launcher.ports import claim
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings

_PROGRAM = """
from api.app import create_app
from api.edge.serving import Server, configuration
from phonefleet.settings import Settings
settings = Settings()
how = configuration(create_app(settings), settings)
how.timeout_graceful_shutdown = None  # it would wait without end for a client that it does not send away
Server(how).run()
"""


class Server:
    """An API in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url is not None
        port = claim(0, "")
        environment = {
            "PHONEFLEET_HOME": str(settings.home),
            "PHONEFLEET_DATABASE_URL": settings.database_url.get_secret_value(),
            "PHONEFLEET_PREFECT_API_URL": settings.prefect_api_url,
            "PHONEFLEET_API_PORT": str(port),
            "PHONEFLEET_RATE_LIMIT": "0",
        }
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self.process = subprocess.Popen([sys.executable, "-c", _PROGRAM], env=os.environ | environment)
        until(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None
        try:
            return httpx.get(f"{self.url}/healthz", timeout=60).is_success
        except httpx.TransportError:
            return False

    @contextmanager
    def stream(self, query: str = "") -> Generator[Iterator[tuple[str, Any]]]:
        """Listen to events, each as its name and data; the first is `ready`."""
        with httpx.stream("GET", f"{self.url}/events{query}", timeout=60) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            events = parsed(answer.iter_lines())
            assert next(events) == ("ready", {})
            yield events


def parsed(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


@contextmanager
def started(settings: Settings) -> Generator[Server]:
    running = Server(settings)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


@pytest.fixture(scope="module")
def shared_server(settings: Settings) -> Iterator[Server]:
    with started(settings) as running:
        yield running


@pytest.fixture
def server(shared_server: Server, ledger: Ledger) -> Server:
    """The server of all, once it has told what happened before the test: what is told from now on is the test's."""
    mark = uuid4().hex
    with shared_server.stream() as events:
        ledger.devices.seen(mark, "online", "host")
        for kind, data in events:
            if kind == "ready":  # it hears of changes only from now on
                ledger.devices.set_alias(mark, f"{mark}-again")
            if kind == "device" and data["serial"] == mark:
                break
    return shared_server


def created(ledger: Ledger, count: int = 1, serial: str = "phone-1") -> list[int]:
    now = datetime.now(UTC)
    task = NewTask(
        "follow",
        UnknownConfig.model_validate({"target_users": ["anna"]}),
        serial,
        "sample",
        created_at=now,
        scheduled_for=now,
    )
    return ledger.tasks.create([task] * count)


def first(events: Iterator[tuple[str, Any]], wanted: Callable[[str, Any], bool]) -> Any:
    return next(data for kind, data in events if wanted(kind, data))


def test_a_task_is_told_when_it_is_new_changes_and_goes_whoever_did_it(server: Server, ledger: Ledger) -> None:
    with server.stream() as events:
        (task_id,) = created(ledger)
        new = first(events, lambda kind, data: kind == "task" and data["id"] == task_id)
        assert (new["status_text"], new["serial"], new["script_name"]) == ("pending", "phone-1", "follow")
        ledger.tasks.project(task_id, StateChange("RUNNING", "Running", datetime.now(UTC)))
        first(events, lambda kind, data: kind == "task" and data["status_text"] == "running")
        busy = first(events, lambda kind, data: kind == "device" and data["current_task"] == task_id)
        assert (busy["serial"], busy["state"]) == ("phone-1", "busy")
        ledger.tasks.delete([task_id], datetime.now(UTC))
        first(events, lambda kind, data: (kind, data) == ("task", {"id": task_id, "deleted": True}))


def test_a_phone_that_changes_is_told(server: Server, ledger: Ledger) -> None:
    with server.stream() as events:
        ledger.devices.set_alias("phone-1", "front_desk")
        told = first(events, lambda kind, _: kind == "device")
        assert (told["serial"], told["alias"]) == ("phone-1", "front_desk")


def test_thousands_of_new_tasks_are_one_event(server: Server, ledger: Ledger) -> None:
    with server.stream() as events:
        ids = created(ledger, 5000)
        assert next(events) == ("tasks", {"first_id": ids[0], "last_id": ids[-1]})


def test_a_listener_hears_of_its_task_or_phone_alone(server: Server, ledger: Ledger) -> None:
    (other,), (wanted,) = created(ledger), created(ledger, serial="phone-2")
    with server.stream(f"?task_id={wanted}") as one, server.stream("?serial=phone-2") as two:
        for task_id in (other, wanted):
            ledger.tasks.set_progress(task_id, 1, 2)
        assert next(one)[1]["id"] == wanted
        assert {next(two)[1]["serial"], next(two)[1]["serial"]} == {"phone-2"}


def test_a_signal_ends_the_server_at_once_though_clients_listen(settings: Settings) -> None:
    with started(settings) as server, server.stream() as one, server.stream() as two:
        server.process.send_signal(signal.SIGTERM)
        # What is told until then is of tasks that other tests have left, and the end itself is no event.
        assert {kind for stream in (one, two) for kind, _ in stream} <= {"ready", "task", "device"}
        server.process.wait(60)


def test_so_many_may_listen_and_no_more(server: Server) -> None:
    with httpx.Client(base_url=server.url, limits=httpx.Limits(max_connections=200), timeout=60) as client:

        def has_room() -> bool:
            with client.stream("GET", "/events") as answer:
                return answer.is_success

        open_streams = [client.send(client.build_request("GET", "/events"), stream=True) for _ in range(MOST_LISTENERS)]
        assert {answer.status_code for answer in open_streams} == {200}
        assert client.get("/events").json()["code"] == 42901
        open_streams[0].close()
        until(has_room)
        for answer in open_streams:
            answer.close()
        until(has_room)  # the next test listens too


@pytest.mark.parametrize("query", ["?task_id=0", "?task_id=x", "?serial=", "?serial=%00"])
def test_a_filter_that_makes_no_sense_is_refused(server: Server, query: str) -> None:
    assert httpx.get(f"{server.url}/events{query}", timeout=60).json()["code"] == 40001


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
