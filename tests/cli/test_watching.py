"""`phonefleet task watch`: bars on a terminal, lines elsewhere, by news or by looking."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deployments.cli.shared.progress import progress
from deployments.cli.tasks import watching
from phonefleet.client import Client
from phonefleet.client.answers import Task
from phonefleet.client.events import Event
from tests.client.served import Served, fill, served

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.fixture
def client(api: Served) -> Iterator[Client]:
    with Client(api.url) as connected:
        yield connected


def _create(client: Client, *targets: str) -> list[int]:
    config = {"target_users": list(targets)}
    return client.create_tasks("follow", serials=["phone-1"], script_config=config, start_time=TOMORROW)["task_ids"]


class Deeds(watching.TaskEvents):
    """News that do something when a watcher waits for the n-th time."""

    deeds: tuple[Callable[[], object], ...] = ()
    waits = 0

    def wait(self, stop: Any) -> None:
        if self.waits < len(self.deeds):
            self.deeds[self.waits]()
        type(self).waits += 1
        super().wait(stop)


def _no_events(_: Client) -> Iterator[Event]:
    return iter(())


def _told(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("listening", [True, False])
def test_watching_ends_with_the_tasks_whether_the_server_tells_news_or_not(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    listening: bool,  # noqa: FBT001 - a case
) -> None:
    first, second, third = _create(client, "ann", "bob", "cyd")
    deeds = (
        lambda: client.stop_task(first),
        lambda: client.delete_task(second),
        lambda: client.stop_task(third),
    )
    monkeypatch.setattr(watching, "TaskEvents", type("Told", (Deeds,), {"deeds": deeds, "waits": 0}))
    if not listening:
        monkeypatch.setattr(Client, "events", _no_events)
    assert [(task["id"], task["status"]) for task in watching.watch_tasks(client, [])] == [(first, 3), (third, 3)]


def test_watching_tells_at_once_when_there_is_no_such_task(api: Served, run: Callable[..., Any]) -> None:
    done = run("task", "watch", "4711", api_url=api.url)
    assert (done.returncode, "4711" in done.stderr) == (4, True)


def test_news_of_other_tasks_need_no_requests(api: Served, client: Client) -> None:
    news = watching.TaskEvents()
    listener = threading.Thread(target=news.run, args=(client.another(),), daemon=True)
    listener.start()
    while not news.listening:
        listener.join(0.01)
    assert news.take() is None  # what was before is not told
    created: list[int] = []
    while not (told := news.take()):  # the server may begin only now to hear of changes itself
        created += _create(client, "ann")
        listener.join(0.01)
    assert told.keys() <= set(created)
    news.over = True
    client.stop_task(created[-1])
    listener.join(90)
    assert not listener.is_alive()
    assert api.url


def _task(number: int, serial: str, status: int) -> Task:
    told: Any = {"id": number, "serial": serial, "alias": None, "status": status}
    return told


@pytest.mark.parametrize("width", [40, 60, 100])
def test_bars_keep_to_one_line_each(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with progress(console) as show:
        show([_task(number, f"127.0.0.1:2100{number % 3}", number % 4) for number in range(12)])
    last = _told(console).split("\r")[-1]
    assert last.count("127.0.0.1:2100") <= 3
    assert "failed" in last


def test_many_phones_share_one_bar() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    with progress(console) as show:
        show([_task(number, f"phone-{number}", 2) for number in range(40)])
    assert "40 phones" in _told(console)


def test_without_a_terminal_each_change_is_a_line() -> None:
    console = Console(file=io.StringIO(), width=80)
    with progress(console) as show:
        show([_task(1, "a", 1), _task(2, "a", 0)])
        show([_task(1, "a", 1), _task(2, "a", 1)])
        show([_task(1, "a", 2), _task(2, "a", 1)])
    told = _told(console)
    assert told.splitlines() == ["0 of 2 tasks have ended", "1 of 2 tasks have ended"]
