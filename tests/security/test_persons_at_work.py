"""Persons at a real server: who the audit trail names on this computer, and streams that end with their person."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from typing import Any

import httpx
import pytest

from api.persons.local_user import local_user
from phonefleet.ledger import Ledger
from tests.security.process import ApiProcess

QUARANTINE = "/devices/phone-1/quarantine"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a connection is")


def call(api: ApiProcess, method: str, path: str, **options: Any) -> Any:
    answer = httpx.request(method, f"{api.url}{path}", timeout=30, trust_env=False, **options)
    return answer.json()["data"]


@on_linux
def test_the_audit_trail_names_the_user_of_this_computer(api: ApiProcess, ledger: Ledger) -> None:
    call(api, "POST", QUARANTINE, json={"reason": "looked at"})
    entry = ledger.audit.page(size=1).items[0]
    assert (entry.actor, entry.person) == ("anonymous", f"{getpass.getuser()}@localhost")


@on_linux
@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_connection_is_somebodys_while_it_lasts(family: socket.AddressFamily, host: str) -> None:
    try:
        listening = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip("this computer has no such addresses")
    with listening, socket.create_connection(listening.getsockname()[:2]) as client:
        mine, theirs = client.getsockname()[:2], listening.getsockname()[:2]
        assert local_user(mine, theirs) == f"{getpass.getuser()}@localhost"
        assert local_user((mine[0], theirs[1]), theirs) is None


def test_who_calls_from_elsewhere_is_no_user_of_this_computer() -> None:
    assert local_user(("192.0.2.1", 1234), ("192.0.2.2", 50809)) is None
    assert local_user(("testclient", 50000), ("localhost", 80)) is None
    assert local_user(("127.0.0.1", os.getpid()), ("::1", 80)) is None
    assert local_user(None, None) is None


def test_a_stream_of_events_ends_with_its_person(api: ApiProcess) -> None:
    token = call(api, "POST", "/persons", json={"name": "anna", "role": "watch"})["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{api.url}/events", headers=headers, timeout=60, trust_env=False) as answer:
        lines = answer.iter_lines()
        assert "event: ready" in [next(lines) for _ in range(2)]
        call(api, "DELETE", "/persons/anna")
        call(api, "POST", QUARANTINE, json={"reason": "looked at again"})
        assert "quarantined" not in "".join(lines)
