"""A lane's request to Prefect waits until it is answered; what is no outage comes through, and a stop ends the wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from deployments.worker.prefect.patient_client import PatientTransport, StoppedDuringOutage
from phonefleet.clock import StopSignal
from phonefleet.patience import Patience, patient

URL = "http://prefect.test/api/flow_runs/1/set_state"


class AtOnce:
    """A clock on which waits pass at once."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:  # noqa: ARG002 - as a clock's
        if stop is not None:
            stop.check()


class Server:
    """Answers requests in turn: with a status, or with an error of the connection; then with 200."""

    def __init__(self, *answers: int | type[httpx.TransportError], ready: int = 200) -> None:
        self.answers = list(answers)
        self.ready = ready
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/ready":
            return httpx.Response(self.ready)
        self.bodies.append(request.read())
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, int):
            return httpx.Response(answer, json={"answer": answer})
        raise answer(str(answer), request=request)


@contextmanager
def line_to(server: Callable[[httpx.Request], httpx.Response]) -> Generator[tuple[httpx.Client, StopSignal]]:
    stop = StopSignal()
    line = PatientTransport(httpx.MockTransport(server))
    with httpx.Client(transport=line) as client, patient(Patience(AtOnce(), stop)):
        yield client, stop


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again_with_the_same_request(status: int) -> None:
    server = Server(*[status] * 5, ready=503)
    with line_to(server) as (client, _):
        assert client.post(URL, json={"state": "Running"}).json() == {"answer": 200}
    assert len(server.bodies) == 6
    assert set(server.bodies) == {b'{"state":"Running"}'}


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.ReadTimeout, httpx.WriteError,
        httpx.RemoteProtocolError, httpx.PoolTimeout,
    ],
)  # fmt: skip
def test_a_server_whose_connections_break_is_asked_again(error: type[httpx.TransportError]) -> None:
    with line_to(Server(*[error] * 40)) as (client, _):
        assert client.post(URL).status_code == 200


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 409, 422])
def test_any_other_answer_counts_at_once(status: int) -> None:
    server = Server(status)
    with line_to(server) as (client, _):
        assert client.post(URL).status_code == status
    assert len(server.bodies) == 1


def test_a_server_without_its_database_answers_500_for_as_long_as_it_likes() -> None:
    with line_to(Server(*[500] * 300, ready=503)) as (client, _):
        assert client.post(URL).status_code == 200


def test_a_request_that_a_ready_server_cannot_serve_is_no_outage() -> None:
    with line_to(Server(*[500] * 300)) as (client, _):
        assert client.post(URL).status_code == 500


def test_a_stop_ends_the_wait_for_a_server_that_is_away() -> None:
    with line_to(Server(*[httpx.ConnectError] * 3)) as (client, stop):
        stop.set("stopped")
        with pytest.raises(StoppedDuringOutage, match="stopped"):
            client.post(URL)
        with pytest.raises(StoppedDuringOutage, match="stopped"):
            client.post(URL)


def test_a_stop_still_reaches_a_server_that_answers() -> None:
    with line_to(Server()) as (client, stop):
        stop.set("stopped")
        assert client.post(URL).status_code == 200


def test_a_stop_ends_the_wait_for_a_server_that_is_silent() -> None:
    asked, over = threading.Event(), threading.Event()

    def silent(_: httpx.Request) -> httpx.Response:
        asked.set()
        over.wait()
        return httpx.Response(200)

    with line_to(silent) as (client, stop):
        threading.Thread(target=lambda: (asked.wait(), stop.set("stopped"))).start()
        with pytest.raises(StoppedDuringOutage, match="stopped"):
            client.post(URL)
        over.set()


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    class Broken(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"{"
            message = "cut"
            raise httpx.ReadError(message)

    answers = [httpx.Response(200, stream=Broken()), httpx.Response(200, json={"whole": True})]
    with line_to(lambda _: answers.pop(0)) as (client, _):
        assert client.get(URL).json() == {"whole": True}
