"""Lists of tasks on the command line come in pages of any size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phonefleet.client import Client
from tests.client.served import Served, fill, served


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("size", [2, 100, 130])
def test_the_pages_of_a_list_hold_every_task_once(api: Served, run: Callable[..., Any], size: int) -> None:
    people = [f"p{number}" for number in range(260)]
    with Client(api.url) as client:
        created = client.create_tasks("follow", serials=["phone-1"], script_config={"target_users": people})
    newest_first = created["task_ids"][::-1]
    for page in (1, 2, 3, 400):
        done = run("task", "list", "--page", str(page), "--limit", str(size), "--json", api_url=api.url)
        shown = [task["id"] for task in json.loads(done.stdout)]
        assert shown == newest_first[(page - 1) * size : page * size]
