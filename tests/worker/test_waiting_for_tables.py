"""A worker that starts beside the rest reads nothing of the ledger before whoever makes its tables says so."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from deployments.worker import main

RESOURCES = cast("Any", type("Resources", (), {"host": "desk"}))


@pytest.mark.parametrize("stopped", [False, True], ids=["told", "stopped"])
def test_a_worker_is_made_once_the_file_exists_and_never_if_it_is_stopped_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, stopped: bool
) -> None:
    file, made = tmp_path / "phones-known", list[bool]()

    class Worker:
        def __init__(self, *_: object, **__: object) -> None:
            made.append(file.exists())

        async def start(self, **_: object) -> None:
            """End at once."""

    monkeypatch.setattr(main, "FleetWorker", Worker)

    async def told_later() -> None:
        stopping = asyncio.Event()
        working = asyncio.create_task(main.work(RESOURCES, stopping, registers=False, after=file))
        await asyncio.sleep(0)
        assert made == []
        if stopped:
            stopping.set()
        else:
            file.touch()
        await working

    asyncio.run(told_later())
    assert made == ([] if stopped else [True])
