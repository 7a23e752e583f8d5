"""The ledger: tasks, accounts, devices, actions and the outbox, in PostgreSQL."""

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
