"""What is kept for a time only is forgotten by itself, in the background of the API."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from phonefleet.ledger import Ledger
from phonefleet.ledger.audit import AuditedCall
from phonefleet.ledger.values import NewTask
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tests.integration.stack import until

Call = Callable[..., httpx.Response]


def record(ledger: Ledger, request_id: str, age: timedelta) -> None:
    call = AuditedCall(datetime.now(UTC) - age, "anonymous", "127.0.0.1", "POST", "/api/v1/task", request_id)
    ledger.audit.end(ledger.audit.begin(call), 0, 1)


def test_old_entries_of_the_audit_trail_go_and_the_others_stay(ledger: Ledger, open_api: Callable[..., Call]) -> None:
    for days in (100, 80, 11, 1):
        record(ledger, f"{days} days ago", timedelta(days=days))
    call = open_api(audit_kept=timedelta(days=12))

    def left() -> list[str]:
        return [entry["request_id"] for entry in call("GET", "/audit").json()["data"]["entries"]]

    until("the end of old entries", lambda: left() == ["1 days ago", "11 days ago"])


def test_the_audit_trail_is_kept_for_ninety_days_unless_told_otherwise(
    ledger: Ledger, open_api: Callable[..., Call]
) -> None:
    for days in (91, 89):
        record(ledger, f"{days} days ago", timedelta(days=days))
    call = open_api()
    until("the end of old entries", lambda: call("GET", "/audit").json()["data"]["total"] == 1)


def test_old_pictures_of_failures_go_and_other_files_stay(settings: Settings, open_api: Callable[..., Call]) -> None:
    now = datetime.now(UTC)
    folder = settings.evidence_folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, age in (("task-901-1.png", 31), ("task-901-1.xml", 31), ("task-902-1.png", 29), ("notes.txt", 31)):
        (folder / name).write_bytes(b"kept")
        moment = (now - timedelta(days=age)).timestamp()
        os.utime(folder / name, (moment, moment))
    call = open_api()

    def left() -> set[str]:
        call("GET", "/task")  # its loop turns only while it is called
        return {file.name for file in folder.iterdir() if file.name.startswith(("task-90", "notes"))}

    until("the end of old pictures", lambda: left() == {"task-902-1.png", "notes.txt"})


def test_people_who_were_collected_long_ago_are_forgotten(ledger: Ledger, open_api: Callable[..., Call]) -> None:
    now = datetime.now(UTC)
    asked = NewTask(
        "scrape_user", UnknownConfig.model_validate({"target_username": ["anna"]}), "phone-1", "sample", now, now
    )
    [task_id] = ledger.tasks.create([asked])
    ledger.scraping.claim("scope", task_id, ["anna"], now)
    for name, days in (("long_ago", 366), ("lately", 364)):
        ledger.scraping.add("scope", task_id, "anna", {name: 1}, now - timedelta(days=days))
    call = open_api()

    def left() -> list[str]:
        call("GET", "/task")
        return [user.username for task in ledger.tasks.some([task_id]) for user in ledger.scraping.users(task)]

    until("the end of old people", lambda: left() == ["lately"])
