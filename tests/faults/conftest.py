"""A stack for tests that break things: with short waits, so that a frozen phone is found soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.stack import Stack, running_stack
from tests.scheduling import GroupServers


@pytest.fixture(scope="session")
def fragile(group_servers: GroupServers) -> Iterator[Stack]:
    """Three virtual phones whose processes and wires are cut; ask for `breakable`, which is tidied after each test."""
    waits = {"PHONEFLEET_CALL_TIMEOUT": "PT3S", "PHONEFLEET_RETRIES": "6"}
    with group_servers.started(running_stack("phonefleet-faults-", 3, **waits)) as running:
        yield running


@pytest.fixture
def breakable(fragile: Stack) -> Iterator[Stack]:
    """The same, tidied after the test."""
    yield fragile
    fragile.tidy()
