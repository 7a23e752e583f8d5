"""A Prefect client that retries through outages: requests are repeated until the server answers or the run is stopped.

Prefect's own client (3.8.8) retries five times, for a minute in all, and never after a 500, which the server answers
while it cannot reach its database; the error that it then raises makes the run Failed or Crashed. Repeating a request
is safe, because states carry the id of their transition and the server recognizes one that it has applied already.
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
from prefect.client.orchestration import SyncPrefectClient
from prefect.context import SyncClientContext
from prefect.exceptions import Abort

from deployments.worker.prefect.lane_client import lane_client
from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, Outage
from phonefleet.patience import Patience, patience_here

_log = logging.getLogger(__name__)

_AWAY = {408, 425, 429, 500, 502, 503, 504}
"""HTTP statuses of a server, or of a proxy before it, after which the same request may succeed later."""

_REFUSED = 500
_MOST_REFUSALS = 10
"""After this many answers 500 in a row from a server that reports ready, the request itself is taken to be at fault."""

_POLL = timedelta(seconds=0.2)
_GRACE_AFTER_STOP = timedelta(seconds=1.5)
"""How long a request may still take after its run was asked to stop."""


class PrefectAway(Outage):
    """Prefect's server is away."""


class StoppedDuringOutage(Abort):
    """The run was asked to stop while Prefect was away.

    An `Abort`, because Prefect's engine passes that on and leaves the run's state unchanged.
    """


class PatientClientContext(SyncClientContext):
    """Context manager that gives a thread a Prefect client with a `PatientTransport`, which Prefect's engine uses too.

    For example:

        with PatientClientContext() as context:
            context.client.read_flow_run(flow_run_id)
    """

    def __init__(self) -> None:
        client = lane_client()
        _make_patient(client)
        super(SyncClientContext, self).__init__(client=client)


def _make_patient(client: SyncPrefectClient) -> None:
    """Wrap the transports of Prefect's HTTP client, which Prefect has set up for TLS and proxies."""
    http: Any = vars(client)["_client"]
    http._transport = _patient_transport(http._transport)  # noqa: SLF001 - a transport of our own would lose those settings
    http._mounts = {pattern: inner and _patient_transport(inner) for pattern, inner in http._mounts.items()}  # noqa: SLF001


def _patient_transport(inner: httpx.BaseTransport) -> PatientTransport:
    """Wrap a transport, and turn off its own connection retries, which take 1.5 s and do not heed a stop."""
    pool = getattr(inner, "_pool", None)
    if hasattr(pool, "_retries"):
        vars(pool)["_retries"] = 0
    return PatientTransport(inner)


class PatientTransport(httpx.BaseTransport):
    """An httpx transport that repeats each request until it is answered.

    Raises `StoppedDuringOutage` when the run of the calling thread is asked to stop before that.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, with its body read.

        Raises:
            StoppedDuringOutage: the run was asked to stop while the server was away.

        """
        request.read()
        patience = patience_here()
        refusals = _Refusals(lambda: self._is_ready(request, patience))
        try:
            return patience.outlast(lambda: refusals.accept(self._send(request, patience.stop)))
        except Interrupted as stopped:
            raise StoppedDuringOutage(stopped.message) from stopped

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _is_ready(self, request: httpx.Request, patience: Patience) -> bool:
        """Tell whether the server's `/ready` succeeds, which needs its database."""
        base, _, _ = request.url.path.partition("/api/")
        headers = {name: request.headers[name] for name in ("Host", "Authorization") if name in request.headers}
        asked = httpx.Request("GET", request.url.copy_with(raw_path=f"{base}/api/ready".encode()), headers=headers)
        asked.extensions = request.extensions
        return self._send(asked, patience.stop).is_success

    def _send(self, request: httpx.Request, stop: StopSignal) -> httpx.Response:
        """Send the request once, in a thread of its own, so that a stop ends the wait for a silent server.

        Raises:
            PrefectAway: no response came, or none within `_GRACE_AFTER_STOP` of a stop.

        """
        answer: Future[httpx.Response] = Future()
        threading.Thread(target=self._answer, args=(request, answer), name="Prefect line", daemon=True).start()
        while not _is_there(answer, _POLL):
            if stop.reason is not None and not _is_there(answer, _GRACE_AFTER_STOP):
                raise PrefectAway
        try:
            return answer.result()
        except (httpx.TransportError, httpx.StreamError) as error:
            raise PrefectAway from error

    def _answer(self, request: httpx.Request, answer: Future[httpx.Response]) -> None:
        try:
            answer.set_result(_read_whole(self._inner.handle_request(request), request))
        except BaseException as error:  # noqa: BLE001 - the edge of a thread: handed to whoever asked
            answer.set_exception(error)


def _is_there(answer: Future[httpx.Response], within: timedelta) -> bool:
    return bool(wait([answer], within.total_seconds()).done)


class _Refusals:
    """Counts answers 500, to tell a server in an outage from one that cannot serve this one request."""

    def __init__(self, is_ready: Callable[[], bool]) -> None:
        self._is_ready = is_ready
        self._number = 0

    def accept(self, answer: httpx.Response) -> httpx.Response:
        """Return a response that is to be given to the caller.

        Raises:
            PrefectAway: the response is one of an outage, so the request is to be repeated.

        """
        if answer.status_code not in _AWAY:
            return answer
        refused = answer.status_code == _REFUSED and self._is_ready()
        self._number = self._number + 1 if refused else 0
        if self._number < _MOST_REFUSALS:
            raise PrefectAway
        _log.error("Prefect is ready and answers 500 to %s again and again", answer.request.url.path)
        return answer


def _read_whole(answer: httpx.Response, request: httpx.Request) -> httpx.Response:
    """Read the body, still compressed, so that a connection that breaks during it counts as an outage too."""
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
