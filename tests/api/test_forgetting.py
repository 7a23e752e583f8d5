"""What is kept for a time only is forgotten by itself, in the background of the facade."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from phonefleet.ledger import Ledger
from phonefleet.ledger.audit import AuditedCall
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
