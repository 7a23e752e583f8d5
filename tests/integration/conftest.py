"""The whole product, as a user starts it: `phonefleet up` on virtual phones, driven over HTTP, counted in the world."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Three virtual phones without faults, shared by all tests that do not break things for others."""
    with tempfile.TemporaryDirectory(prefix="phonefleet-stack-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with Stack(home, phones=3) as running:
            yield running
