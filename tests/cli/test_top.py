"""`phonefleet top`: one frame for scripts, and live in a terminal until q or Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from rich.console import Console

from deployments.cli.top.event_listener import listen_to
from deployments.cli.top.fleet_view import FleetView, Frame, Rate
from deployments.cli.top.shown import as_data, render
from phonefleet.client import Client
from phonefleet.client.events import Event
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.scripts.script import UnknownConfig
from tests.client.served import Served, fill, served

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Run = Callable[..., Any]


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, duration: timedelta, stop: object = None) -> None:
        assert stop is None
        self.seconds += duration.total_seconds()


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    fill(postgres_url)
    with Ledger(postgres_url, pool_size=2) as opened:
        yield opened


@pytest.fixture
def api(ledger: Ledger, postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    assert ledger
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.fixture
def client(api: Served) -> Iterator[Client]:
    with Client(api.url) as connected:
        yield connected


def _task(ledger: Ledger, serial: str, state: str, *targets: str, **told: Any) -> int:
    """Let a task have come to a state in a flow run, as a worker does it."""
    config = {"target_users": list(targets), "access_method": "direct"}
    new = NewTask(
        "follow",
        UnknownConfig.model_validate(config),
        serial,
        app="sample",
        created_at=NOW,
        scheduled_for=NOW,
        username="shop_001",
    )
    [task_id] = ledger.tasks.create([new])
    ledger.outbox.submitted(task_id, uuid4(), StateChange("SCHEDULED", "Scheduled", NOW))
    ledger.tasks.project(task_id, StateChange(state.upper(), state, NOW, **told))
    return task_id


def _drawn(frame: Frame, width: int = 140, height: int | None = None) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(render(frame, width, height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _busy(ledger: Ledger) -> tuple[int, int]:
    running = _task(ledger, "phone-1", "Running", "ann", "bob", "cyd", "dee")
    ledger.tasks.set_progress(running, 1, 4)
    failed = _task(ledger, "phone-2", "Failed", "eve", remark="the screen stayed black")
    ledger.accounts.hold("studio_002", "sample", "asks for a code", NOW)
    return running, failed


def test_one_frame_shows_what_each_phone_does_and_what_wants_a_person(api: Served, ledger: Ledger, run: Run) -> None:
    _, failed = _busy(ledger)
    done = run("top", "--once", api_url=api.url)
    assert done.returncode == 0
    [row] = [line for line in done.stdout.splitlines() if line.strip().startswith("device_serial_1")]
    for told in ("busy", "follow 4 people", "@shop_001", "━━━╌╌╌╌╌╌╌╌╌ 1/4"):
        assert told in row
    assert "1 busy, 1 online" in done.stdout
    assert "1 running, 0 pending, 0 completed, 1 failed" in done.stdout
    assert f"task {failed}, follow @eve: the screen stayed black" in done.stdout
    assert "asks for a code" in done.stdout


def test_a_program_gets_the_same_frame_as_json(api: Served, ledger: Ledger, run: Run) -> None:
    running, failed = _busy(ledger)
    frame = json.loads(run("top", "--once", "--json", api_url=api.url).stdout)
    assert [phone["task"] and phone["task"]["id"] for phone in frame["phones"]] == [running, None]
    assert (frame["counts"]["failed"], [task["id"] for task in frame["failures"]]) == (1, [failed])
    assert [account["hold_reason"] for account in frame["held"]] == ["asks for a code"]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_cannot_be_live_says_how_it_can_be_had(api: Served, run: Run, options: tuple[str, ...]) -> None:
    done = run("top", *options, api_url=api.url)
    assert (done.returncode, "--once" in done.stderr) == (2, True)


def test_a_server_that_is_not_there_is_said_at_once(run: Run) -> None:
    assert run("top", "--once", api_url="http://127.0.0.1:1").returncode == 3


def test_events_change_the_view_without_a_look(client: Client, ledger: Ledger) -> None:
    clock = Hands()
    view = FleetView(client, clock)
    asleep: dict[str, Any] = {**client.get_device("phone-1")}
    busy = asleep | {"state": "busy", "current_task": 7}
    running: dict[str, Any] = {"id": 7, "status": 1, "end_time": None}
    view.update([Event("device", busy), Event("task", running)], listening=True)
    assert view.frame().running.keys() == {7}
    assert {phone["state"] for phone in view.frame().phones} == {"busy", "online"}
    view.update([Event("task", running | {"status": 3}), Event("device", asleep)], listening=True)
    assert (view.frame().running, [task["id"] for task in view.frame().failures]) == ({}, [7])
    view.update([Event("task", {"id": 7, "deleted": True})], listening=True)
    view.update([Event("device", {"serial": "phone-2", "deleted": True})], listening=True)
    assert [phone["serial"] for phone in view.frame().phones] == ["phone-1"]
    assert view.frame().failures == []
    assert ledger


LOOKS: list[tuple[float, list[Event], bool, bool]] = [
    (1, [], False, False),
    (2, [], False, True),
    (2, [], True, False),
    (10, [], True, True),
    (1, [Event("ready", {})], True, True),
    (0.5, [Event("tasks", {})], True, False),
]
"""Seconds since the last look, what was told since, whether the server tells at all, and whether that means a look."""


@pytest.mark.parametrize("case", LOOKS, ids=str)
def test_a_look_is_taken_when_events_do_not_tell(
    client: Client, ledger: Ledger, case: tuple[float, list[Event], bool, bool]
) -> None:
    seconds, events, listening, looks = case
    clock = Hands()
    view = FleetView(client, clock)
    ledger.devices.seen("phone-3", "online", "host")
    clock.seconds = seconds
    view.update(events, listening=listening)
    assert ("phone-3" in {phone["serial"] for phone in view.frame().phones}) == looks


def test_a_server_that_went_away_is_remarked_until_it_is_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Hands()
    view = FleetView(client, clock)
    with Client("http://127.0.0.1:1") as nobody, monkeypatch.context() as patched:
        patched.setattr(view, "_client", nobody)
        clock.seconds = 20
        view.update([], listening=False)
        assert "does not answer" in _drawn(view.frame())
    clock.seconds = 40
    view.update([], listening=False)
    assert view.frame().remark is None


def test_several_hosts_are_counted_and_one_that_is_away_is_named(client: Client, ledger: Ledger) -> None:
    assert "hosts" not in _drawn(FleetView(client, Hands()).frame())
    ledger.devices.seen("phone-2", "online", "berlin")
    frame = FleetView(client, Hands()).frame()
    drawn = _drawn(frame)
    assert "berlin 1, host 1" in drawn
    [row] = [line for line in drawn.splitlines() if line.strip().startswith("device_serial_2")]
    assert row.split()[-1] == "berlin"
    assert "berlin away, host 1" in _drawn(replace(frame, away=("berlin",)))
    assert as_data(replace(frame, away=("berlin",)))["away"] == ["berlin"]


def test_a_rate_is_over_the_last_minute_once_it_says_something() -> None:
    clock = Hands()
    rate = Rate(clock)
    told: list[float | None] = []
    for seconds, count in ((0, 100), (2, 101), (10, 105), (60, 130), (120, 190), (130, 100)):
        clock.seconds = seconds
        rate.note(count)
        told.append(rate.per_minute)
    assert told == [None, None, 30, 30, 60, 0]


def _many(view: FleetView, client: Client, count: int) -> Frame:
    phone = client.get_device("phone-1")
    states = {60: "busy"}
    told = [{"serial": f"p{n}", "alias": f"Pixel-{n}", "state": states.get(n, "online")} for n in range(1, count + 1)]
    view.update([Event("device", phone | each) for each in told], listening=True)
    return view.frame()


@pytest.mark.parametrize(("width", "height"), [(40, 12), (80, 24), (140, 50)])
def test_a_picture_keeps_to_its_terminal_and_shows_who_works(client: Client, width: int, height: int) -> None:
    frame = _many(FleetView(client, Hands()), client, 60)
    drawn = _drawn(frame, width, height).splitlines()
    assert len(drawn) <= height
    assert max(map(len, drawn)) <= width
    assert "Pixel-60" in "".join(drawn)
    assert "more phones" in drawn[-1]


def test_phones_are_in_the_order_of_their_numbers(client: Client) -> None:
    drawn = _drawn(_many(FleetView(client, Hands()), client, 10))
    assert drawn.index("Pixel-9") < drawn.index("Pixel-10")
    assert as_data(FleetView(client, Hands()).frame())["counts"]["total"] == 0


def test_news_come_again_after_the_connection_broke(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([[Event("ready", {})], [Event("tasks", {})]])

    def events(_: Client) -> Iterator[Event]:
        return iter(next(told, list[Event]()))

    monkeypatch.setattr("deployments.cli.top.event_listener.RETRY_AFTER", timedelta(0))
    monkeypatch.setattr(Client, "events", events)
    heard: list[str] = []
    breath = threading.Event()
    with listen_to(client) as news:
        while len(heard) < 2:
            heard += [event.kind for event in news.take()]
            breath.wait(0.01)
    assert heard == ["ready", "tasks"]


@contextmanager
def _in_a_terminal(url: str, home: Path) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """Run `phonefleet top` in a terminal of its own; yield the process and the other end of the terminal."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "PHONEFLEET_HOME": str(home), "COLUMNS": "120", "LINES": "30"}
    command = [sys.executable, "-m", "deployments.cli", "top", "--api", url]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read_until(terminal: int, wanted: str) -> None:
    """Read what a terminal shows until something stands there; the test's own time limit ends the wait."""
    shown = ""
    while wanted not in shown:
        shown += os.read(terminal, 65_536).decode(errors="replace")


def _read_to_the_end(terminal: int) -> None:
    """Read until the program has ended: it would wait for ever to draw on a terminal that is full."""
    with suppress(OSError):  # nobody has the other end any more
        while os.read(terminal, 65_536):
            pass


@pytest.mark.parametrize("end", ["key", "signal"])
def test_live_shows_changes_as_they_happen_and_ends_when_told(
    api: Served, ledger: Ledger, tmp_path: Path, end: str
) -> None:
    with _in_a_terminal(api.url, tmp_path) as (process, terminal):
        _read_until(terminal, "device_serial_1")
        running = _task(ledger, "phone-1", "Running", "ann", "bob")
        _read_until(terminal, "follow 2 people")
        ledger.tasks.set_progress(running, 1, 2)
        _read_until(terminal, "1/2")
        if end == "key":
            os.write(terminal, b"q")
        else:
            process.send_signal(signal.SIGINT)
        _read_to_the_end(terminal)
        assert process.wait(60) == 0
