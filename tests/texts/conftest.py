"""One stand-in of a language model for the tests of texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.texts.endpoint import Endpoint, completion, standing_in


@pytest.fixture(scope="session")
def _standing_in() -> Iterator[Endpoint]:
    with standing_in() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(_standing_in: Endpoint) -> Endpoint:
    _standing_in.answer = completion("Lovely")
    _standing_in.asked.clear()
    _standing_in.keys.clear()
    return _standing_in
