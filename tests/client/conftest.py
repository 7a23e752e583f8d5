"""The API that the tests of the client call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phonefleet.client import Client
from tests.client.served import Served, fill, served


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    """The real API with two phones, and nobody to work on them."""
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.fixture
def client(api: Served) -> Iterator[Client]:
    """A client of that API."""
    with Client(api.url) as connected:
        yield connected
