"""The ledger as the worker of a joined host has it: each call is a request to the API of the main host.

It has the same parts and methods as `phonefleet.ledger.Ledger`, as far as the allow-list (`calls`) goes, and raises the
same errors. Every call that a worker makes is idempotent, so one whose answer was lost is made again.

    ledger = RemoteLedger(api, id=joined.ledger_id)
    ledger.tasks.get(7)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from phonefleet.client.transport import Answer, Unreachable
from phonefleet.errors import HostRefused, MainHostAway
from phonefleet.hosts import problems
from phonefleet.hosts.calls import CALLS, COMPOSED, PARTS, Call
from phonefleet.hosts.connection import MainHost
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.waiting import waiting
from phonefleet.patience import Patience
from phonefleet.words import say

LOSSES = "phonefleet-losses"
"""The header of an answer which says how often the host was lost: after each its phones must be reported anew."""


NOW = "phonefleet-now"
"""The header of an answer with what the main host's clock shows, in seconds since 1970."""


class RemoteLedger:
    """The ledger of the main host, over HTTP; safe to share between threads, each of which has its own connection.

    `on_refused` is called, from any thread, with why the main host takes this host no longer; `on_losses` with
    how often it has lost this host, and `on_now` with what its clock shows and how long
    the answer took, at each answer.
    """

    def __init__(
        self,
        main: MainHost,
        id: str,  # noqa: A002 - its name in the ledger
        on_refused: Callable[[str], None] = lambda _: None,
        on_losses: Callable[[str], None] = lambda _: None,
        on_now: Callable[[datetime, timedelta], None] = lambda _, __: None,
    ) -> None:
        self.id = id
        self._on_refused = on_refused
        self._on_losses = on_losses
        self._on_now = on_now
        self._main = main
        self._parts = {name: _Part(name, self._call) for name in PARTS}

    def __getattr__(self, name: str) -> Any:
        parts = cast("Mapping[str, object]", self.__dict__.get("_parts", {}))
        try:
            return parts[name]
        except KeyError:
            raise AttributeError(name) from None

    def patient(self, patience: Patience) -> Ledger:
        """Return a view of this ledger whose calls wait for the main host; see `Ledger.patient`."""
        view = RemoteLedger(self._main, self.id, self._on_refused, self._on_losses, self._on_now)
        view._parts = {name: waiting(part, patience) for name, part in self._parts.items()}
        return view.as_ledger()

    def as_ledger(self) -> Ledger:
        """Return this as the type that the worker works with."""
        return cast("Ledger", self)

    def ping(self) -> None:
        """Check that the main host and its database answer. Raises `MainHostAway`."""
        self._call(CALLS["limits", "current"], {})

    def close(self) -> None:
        """Close the connections."""
        self._main.close()

    def _call(self, call: Call, arguments: Mapping[str, Any]) -> Any:
        asked = time.monotonic()
        try:
            answer = self._main.post(f"/host/ledger/{call.name}", call.arguments.written(arguments))
        except Unreachable as error:
            raise MainHostAway(
                say("hosts.main_away", "the API of the main host cannot be reached: {why}", why=error)
            ) from error
        if (losses := answer.headers.get(LOSSES)) is not None:
            self._on_losses(losses)
        if (now := answer.headers.get(NOW)) is not None:
            took = timedelta(seconds=time.monotonic() - asked)
            self._on_now(datetime.fromtimestamp(float(now), UTC), took)
        if answer.status_code == HTTPStatus.OK:
            return call.result.read(answer.content)
        raise self._error(answer)

    def _error(self, answer: Answer) -> Exception:
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return MainHostAway()
        error = _refusal(answer)
        if isinstance(error, HostRefused):
            self._on_refused(error.message)
        return error


def _refusal(answer: Answer) -> Exception:
    """Return the error of an answer: one of the ledger, or of the guard that lets nobody to it."""
    try:
        return problems.read(answer.content)
    except ValueError:
        pass
    try:
        message = str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return MainHostAway()  # something else answers there, such as a proxy whose server is away
    return HostRefused(message) if answer.status_code == HTTPStatus.UNAUTHORIZED else MainHostAway(message)


class _Part:
    """A part of the remote ledger; its methods are made when they are first used."""

    def __init__(self, name: str, call: Callable[[Call, Mapping[str, Any]], Any]) -> None:
        self._name = name
        self._call = call
        self._lock = threading.Lock()

    def __getattr__(self, method: str) -> Any:
        made = self._method(method)
        setattr(self, method, made)
        return made

    def _method(self, method: str) -> Callable[..., Any]:
        if (self._name, method) in COMPOSED:
            return partial(getattr(PARTS[self._name], method), self)
        call = CALLS.get((self._name, method))
        if call is None:
            message = f"{self._name}.{method}"
            raise AttributeError(message)
        return _method(call, self._call)


def _method(call: Call, send: Callable[[Call, Mapping[str, Any]], Any]) -> Callable[..., Any]:
    bind, left_out = call.signature.bind, call.left_out

    def method(*args: Any, **kwargs: Any) -> Any:
        given = bind(*args, **kwargs).arguments
        return send(call, {name: value for name, value in given.items() if name not in left_out} if left_out else given)

    return method
