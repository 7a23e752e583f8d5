"""The ledger: tasks, accounts, devices, actions and the outbox, in PostgreSQL.

    with Ledger("postgresql://localhost/phonefleet") as ledger:
        ledger.migrate()
        counts = ledger.tasks.count()

It knows neither Prefect's library nor HTTP. Rows (`tables`) stay inside; callers get frozen values (`values`).
"""

from __future__ import annotations

from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import (
    Account,
    Action,
    Adoption,
    Counts,
    Device,
    Idempotency,
    Intent,
    NewTask,
    Observed,
    OutboxRow,
    Page,
    Progress,
    Recall,
    Refusal,
    StateChange,
    Task,
    TaskFilter,
)

__all__ = [
    "Account",
    "Action",
    "Adoption",
    "Counts",
    "Device",
    "Idempotency",
    "Intent",
    "Ledger",
    "NewTask",
    "Observed",
    "OutboxRow",
    "Page",
    "Progress",
    "Recall",
    "Refusal",
    "StateChange",
    "Task",
    "TaskFilter",
]
