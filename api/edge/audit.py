"""Records calls in the audit trail: every call that may change something, before it runs and when it is answered.

Bodies are never kept; of an answer only its code and the number of tasks are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from starlette.types import Message, Scope, Send

from api.answers.envelope import Problem
from api.edge.caller import Caller
from api.loops.threads import in_thread
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger
from phonefleet.ledger.audit import AuditedCall
from phonefleet.text import printable

_log = logging.getLogger(__name__)

_HARMLESS = ("GET", "HEAD", "OPTIONS")
_READING = ("/api/v1/screens",)
"""Paths that change nothing whatever the method is: these calls only have a body because they ask for much."""
_LONGEST_PATH = 500
_COUNTED = ("created_count", "deleted_count", "retried_count")
Serve = Callable[[Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its id, method, path and caller, as the audit trail and the log name it."""

    request_id: str
    method: str
    path: str
    caller: Caller

    @property
    def may_change(self) -> bool:
        """Whether the call may change something."""
        return self.method not in _HARMLESS and self.path not in _READING

    def audited(self, at: datetime) -> AuditedCall:
        """Return the entry of this call for the audit trail; every text is printable and fits on one line."""
        caller, path = self.caller, printable(self.path)[:_LONGEST_PATH]
        return AuditedCall(at, caller.actor, caller.address, printable(self.method)[:20], path, self.request_id)


def call_of(scope: Scope, caller: Caller, request_id: str) -> Call:
    """Return the call that an ASGI scope describes."""
    return Call(request_id, scope["method"], scope["path"], caller)


async def record_refusal(call: Call, ledger: Ledger, problem: Problem, at: datetime) -> None:
    """Record a call that the middleware refused. Without a database it stays refused, and the log says so instead."""
    try:
        await in_thread(ledger.audit.begin, call.audited(at), problem.code)
    except LedgerUnreachable:
        _log.warning("Request %s was refused with %s and is missing in the audit trail", call.request_id, problem.code)


async def serve_recorded(call: Call, ledger: Ledger, at: datetime, serve: Serve, send: Send) -> None:
    """Record a call, serve it, record its outcome, and only then send the answer.

    Raises:
        LedgerUnreachable: the call could not be recorded; before it was served, or after.

    """
    entry = await in_thread(ledger.audit.begin, call.audited(at))
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await serve(keep)
    await in_thread(ledger.audit.end, entry, *outcome(answer))
    for message in answer:
        await send(message)


def outcome(answer: list[Message]) -> tuple[int, int | None]:
    """Return the envelope's code and the number of tasks in it; the HTTP status and None where there is no envelope."""
    status = next((message["status"] for message in answer if message["type"] == "http.response.start"), 0)
    body = b"".join(message.get("body", b"") for message in answer if message["type"] == "http.response.body")
    try:
        envelope = cast("object", json.loads(body))
    except ValueError:
        return status, None
    if not isinstance(envelope, dict):
        return status, None
    known = cast("dict[str, Any]", envelope)
    return int(known.get("code", status)), _tasks(known.get("data"))


def _tasks(data: object) -> int | None:
    if not isinstance(data, Mapping):
        return None
    known = cast("Mapping[str, Any]", data)
    counted = next((known[name] for name in _COUNTED if name in known), None)
    if counted is None and "script_name" in known and "id" in known:
        return 1
    return counted if isinstance(counted, int) else None
