"""Joins the main host: shows the token, and learns what a worker needs to know.

joined = join(main, "1.2.0", SystemClock())
os.environ.update(joined.variables)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from phonefleet.client.transport import Answer, Unreachable
from phonefleet.clock import Clock
from phonefleet.errors import HostRefused, MainHostAway
from phonefleet.hosts.connection import MainHost
from phonefleet.words import say


@dataclass(frozen=True, slots=True)
class Joined:
    """What the main host tells a worker; `shift` is what must be added to the own clock to have the main host's."""

    name: str
    ledger_id: str
    prefect_api_url: str
    prefect_ui_url: str
    losses: int
    settings: Mapping[str, str]
    shift: timedelta


def join(main: MainHost, version: str, clock: Clock) -> Joined:
    """Join the main host.

    Raises:
        HostRefused: it does not take this host; the message is its own.
        MainHostAway: it does not answer, or is no main host.

    """
    before, asked = clock.now(), clock.monotonic()
    told = {"version": version, "installation": main.installation, "now": before.isoformat()}
    found = _data(main, _posted(main, "/host/join", told))
    half = timedelta(seconds=(clock.monotonic() - asked) / 2)
    try:
        shift = datetime.fromisoformat(found["now"]) - (before + half)
        return Joined(
            found["name"], found["ledger_id"], found["prefect_api_url"], found["prefect_ui_url"], found["losses"],
            found["settings"], shift,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise _no_main_host(main) from error


def leave(main: MainHost) -> None:
    """Tell the main host that this worker has ended. Raises as `join` does."""
    _data(main, _posted(main, "/host/leave", {"installation": main.installation}))


def _posted(main: MainHost, path: str, told: Mapping[str, Any]) -> Answer:
    try:
        return main.post(path, json.dumps(told).encode())
    except Unreachable as error:
        message = say(
            "hosts.main_away_at", "the API of the main host cannot be reached at {url}: {why}", url=main.url, why=error
        )
        raise MainHostAway(message) from error


def _data(main: MainHost, answer: Answer) -> dict[str, Any]:
    try:
        envelope: dict[str, Any] = answer.json()
        code, message = int(envelope["code"]), str(envelope["message"])
    except (ValueError, KeyError, TypeError) as error:
        raise _no_main_host(main) from error
    if code == 0:
        return envelope["data"]
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or code // 100 == HTTPStatus.TOO_MANY_REQUESTS:
        raise MainHostAway(message)
    raise HostRefused(message)


def _no_main_host(main: MainHost) -> HostRefused:
    return HostRefused(
        say(
            "hosts.no_main_host",
            "what answers at {url} is no main host of a fleet: give the address of its API, such as "
            "http://10.0.0.1:50809",
            url=main.url,
        )
    )
