"""A stack for tests that break things: with short waits, so that a frozen phone is found soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.stack import Stack, stack_home


@pytest.fixture(scope="session")
def fragile() -> Iterator[Stack]:
    """Three virtual phones whose processes and wires are cut; ask for `breakable`, which is tidied after each test."""
    with (
        stack_home("phonefleet-faults-") as home,
        Stack(home, 3, PHONEFLEET_CALL_TIMEOUT="PT3S", PHONEFLEET_RETRIES="6") as running,
    ):
        yield running


@pytest.fixture
def breakable(fragile: Stack) -> Iterator[Stack]:
    """The same, tidied after the test."""
    yield fragile
    fragile.tidy()
