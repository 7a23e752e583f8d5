"""`phonefleet doctor` tells whether the reverse proxy leads to the API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deployments.cli.doctor.public_address import public_address
from deployments.launcher.ports import claim
from tests.client.served import served


class _Lost(BaseHTTPRequestHandler):
    """A proxy that leads nowhere."""

    def do_GET(self) -> None:
        self.send_error(502)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture
def lost() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Lost) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_that_leads_to_the_api_is_good(postgres_url: str, tmp_path: Path) -> None:
    with served(postgres_url, tmp_path) as api:
        found = public_address(api.url)
    assert (found.good, found.text) == (True, f"others reach the API at {api.url}")


def test_a_proxy_that_leads_nowhere_is_a_fault_and_one_that_is_away_a_note(lost: str) -> None:
    found = public_address(lost)
    assert found.good is False
    assert "HTTP 502" in found.text
    assert "docs/guide/reverse-proxy.md" in found.text
    away = public_address(f"http://127.0.0.1:{claim(0, '')}")
    assert away.good is None
    assert "does the proxy run" in away.text
