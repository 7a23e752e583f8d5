"""Makes the ledger calls that workers of joined hosts ask for; it knows no HTTP but the status of an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast

from api.hosts.confinement import Confinement
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable, NotOfThisHost, Permanent, PhonefleetError
from phonefleet.hosts import problems
from phonefleet.hosts.calls import CALLS, Call, named_in
from phonefleet.ledger import Ledger
from phonefleet.ledger.values import Action
from phonefleet.words import say

_HEARD_EVERY = timedelta(seconds=5)
"""How often it is recorded that a host lives, however often it calls."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call: HTTP status, JSON, how often the host was lost, if that is known, and when it was given."""

    status: int
    content: bytes
    losses: int | None = None
    now: datetime | None = None


class LedgerCalls:
    """The calls of joined hosts. Thread-safe; `unseal` decrypts a secret, `confinement` knows what is whose.

    reply = calls.make("second", "tasks", "get", b'{"task_id": 7}')
    """

    def __init__(self, ledger: Ledger, clock: Clock, unseal: Callable[[bytes], str]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._unseal = unseal
        self.confinement = Confinement(ledger, clock)
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[datetime, int]] = {}

    def make(self, host: str, part: str, method: str, body: bytes) -> Reply:
        """Make a call for a host, and return what came of it, an error of the ledger too."""
        losses: int | None = None
        try:
            losses = self._hear(host)
            return Reply(HTTPStatus.OK, self._made(host, _call(part, method), body), losses, self._clock.now())
        except LedgerUnreachable as error:
            return Reply(HTTPStatus.SERVICE_UNAVAILABLE, problems.written(error), losses)
        except PhonefleetError as error:
            return Reply(HTTPStatus.CONFLICT, problems.written(error), losses)

    def _made(self, host: str, call: Call, body: bytes) -> bytes:
        arguments = _arguments(call, body)
        self.confinement.check(host, call, named_in(arguments))
        arguments = self._confined(host, call, arguments)
        result: Any = getattr(getattr(self._ledger, call.part), call.method)(**arguments)
        if isinstance(result, Action):
            self.confinement.remember(result.id, result.task_id)
        return call.result.written(self._own(host, result) if call.own_only else result)

    def _confined(self, host: str, call: Call, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the arguments with those that are the main host's own, and without what is of others."""
        if (call.part, call.method) == ("runs", "hold"):
            own = self._ledger.hosts.runs(self.confinement.phones(host), arguments["flow_run_ids"])
            return {**arguments, "flow_run_ids": own}
        if (call.part, call.method) == ("secrets", "opened"):
            self._check_secret(host, arguments["task_id"], arguments["reference"])
            return {**arguments, "unseal": self._unseal}
        if (call.part, call.method) == ("tasks", "adopt"):
            self.confinement.check_name(host, arguments["adoption"].serial)
        return arguments

    def _check_secret(self, host: str, task_id: int, reference: str) -> None:
        """Refuse a secret that the task's configuration does not refer to. Raises `NotOfThisHost`."""
        task = self._ledger.tasks.get(task_id)
        if task is None or reference not in set(_texts(task.script_config)):
            message = say(
                "hosts.not_of_this_host", "{what} belongs to no phone of the host {host}", what=task_id, host=host
            )
            raise NotOfThisHost(message)

    def _own(self, host: str, result: Any) -> Any:
        phones = self.confinement.phones(host)
        if isinstance(result, list):
            return [one for one in cast("list[Any]", result) if one.serial in phones]
        return result if result is None or result.serial in phones else None

    def _hear(self, host: str) -> int:
        """Record that a host lives, unless it was a short while ago; return how often it was lost."""
        now = self._clock.now()
        with self._lock:
            at, losses = self._heard.get(host, (None, 0))
            if at is not None and now - at < _HEARD_EVERY:
                return losses
            self._heard[host] = now, losses
        losses = self._ledger.hosts.seen(host, now)
        with self._lock:
            self._heard[host] = now, losses
        return losses


def _call(part: str, method: str) -> Call:
    call = CALLS.get((part, method))
    if call is None:
        message = say(
            "hosts.no_such_call", "the worker of a joined host may not call {part}.{method}", part=part, method=method
        )
        raise Permanent(message)
    return call


def _arguments(call: Call, body: bytes) -> Mapping[str, Any]:
    try:
        return call.arguments.read(body)
    except ValueError as error:
        message = say(
            "hosts.wrong_arguments", "wrong arguments for {call}: {why}", call=call.name, why=str(error)[:300]
        )
        raise Permanent(message) from error


def _texts(value: object) -> list[str]:
    """Return all texts in JSON."""
    if isinstance(value, dict):
        return [text for one in cast("dict[str, object]", value).values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in cast("list[object]", value) for text in _texts(one)]
    return [value] if isinstance(value, str) else []
