"""The lanes' line to Prefect: a request waits for the server, however long it is away, unless its run is to stop.

Prefect's own client (3.8.8) asks five times more, for a minute in all, and not at all after a 500, which the server
answers while it cannot reach its database; what it raises then makes the run Failed or Crashed. A request may be made
again, because states carry the id of their transition: the server recognizes one that it has entered already.
See docs/decisions/0018-outages.md.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.context import SyncClientContext
from prefect.exceptions import Abort

from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, Outage
from phonefleet.patience import Patience, patience_here

_log = logging.getLogger(__name__)

_AWAY = {408, 425, 429, 500, 502, 503, 504}
"""Statuses of a server, or of a proxy before it, that may answer the same request later."""

_REFUSED = 500
_REFUSALS = 10
"""So often a server that calls itself ready may answer 500 to one request: then it is the request, and no outage."""

_TURN = timedelta(seconds=0.2)
_LAST_WORD = timedelta(seconds=1.5)
"""How long a request may take once its run is to stop."""


class PrefectAway(Outage):
    """Prefect's server is away."""


class Unheard(Abort):
    """The run was asked to stop while Prefect was away. The engine lets it pass and leaves the run's state alone."""


class LineContext(SyncClientContext):
    """The client of a thread, for the lane and for all of Prefect that runs there; its requests wait."""

    def __init__(self) -> None:
        client = get_client(sync_client=True)
        _make_patient(client)
        super(SyncClientContext, self).__init__(client=client)


def _make_patient(client: SyncPrefectClient) -> None:
    """Put the line between Prefect's HTTP client and its transports, which Prefect has set up for TLS and proxies."""
    http: Any = vars(client)["_client"]
    http._transport = _line(http._transport)  # noqa: SLF001 - a transport of our own would lose those settings
    http._mounts = {pattern: inner and _line(inner) for pattern, inner in http._mounts.items()}  # noqa: SLF001


def _line(inner: httpx.BaseTransport) -> PrefectLine:
    """Return a line over a transport, which then tries to connect once: Prefect lets it try for 1.5 s, stop or not."""
    pool = getattr(inner, "_pool", None)
    if hasattr(pool, "_retries"):
        vars(pool)["_retries"] = 0
    return PrefectLine(inner)


class PrefectLine(httpx.BaseTransport):
    """Sends each request until it is answered; raises `Unheard` when its run is to stop before that."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, read to its end."""
        request.read()
        patience = patience_here()
        refusals = _Refusals(lambda: self._is_ready(request, patience))
        try:
            return patience.outlast(lambda: refusals.checked(self._sent(request, patience.stop)))
        except Interrupted as stopped:
            raise Unheard(stopped.message) from stopped

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _is_ready(self, request: httpx.Request, patience: Patience) -> bool:
        """Tell whether the server calls itself ready, which it does only with its database."""
        base, _, _ = request.url.path.partition("/api/")
        headers = {name: request.headers[name] for name in ("Host", "Authorization") if name in request.headers}
        asked = httpx.Request("GET", request.url.copy_with(raw_path=f"{base}/api/ready".encode()), headers=headers)
        asked.extensions = request.extensions
        return self._sent(asked, patience.stop).is_success

    def _sent(self, request: httpx.Request, stop: StopSignal) -> httpx.Response:
        """Return the answer; a server that is silent is given up soon after a stop, in whatever call it is silent.

        Raises:
            PrefectAway: there is none.

        """
        answer: Future[httpx.Response] = Future()
        threading.Thread(target=self._answer, args=(request, answer), name="Prefect line", daemon=True).start()
        while not _is_there(answer, _TURN):
            if stop.reason is not None and not _is_there(answer, _LAST_WORD):
                raise PrefectAway
        try:
            return answer.result()
        except (httpx.TransportError, httpx.StreamError) as error:
            raise PrefectAway from error

    def _answer(self, request: httpx.Request, answer: Future[httpx.Response]) -> None:
        try:
            answer.set_result(_whole(self._inner.handle_request(request), request))
        except BaseException as error:  # noqa: BLE001 - the edge of a thread: handed to whoever asked
            answer.set_exception(error)


def _is_there(answer: Future[httpx.Response], within: timedelta) -> bool:
    return bool(wait([answer], within.total_seconds()).done)


class _Refusals:
    """Tells a server that is away from one that is there and cannot serve this request."""

    def __init__(self, is_ready: Callable[[], bool]) -> None:
        self._is_ready = is_ready
        self._number = 0

    def checked(self, answer: httpx.Response) -> httpx.Response:
        """Return an answer that counts. Raises `PrefectAway` after any other."""
        if answer.status_code not in _AWAY:
            return answer
        refused = answer.status_code == _REFUSED and self._is_ready()
        self._number = self._number + 1 if refused else 0
        if self._number < _REFUSALS:
            raise PrefectAway
        _log.error("Prefect is ready and answers 500 to %s again and again", answer.request.url.path)
        return answer


def _whole(answer: httpx.Response, request: httpx.Request) -> httpx.Response:
    """Read an answer to its end, still compressed, so that a connection that breaks in the middle counts too."""
    try:
        stream = answer.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 - what a synchronous transport returns
        content = b"".join(stream)
    finally:
        answer.close()
    return httpx.Response(
        answer.status_code,
        headers=answer.headers,
        stream=httpx.ByteStream(content),
        request=request,
        extensions=answer.extensions,
    )
