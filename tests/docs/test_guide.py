"""The guide read from its first page to its last, in one home: what a page leaves behind is what the next one finds.

The order of the pages is that of the table in docs/README.md; everything in them that is meant to be run is run. The
home is a fresh one, as a reader's is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.running import Done
from tests.docs.markdown import guide
from tests.docs.reader import Reader
from tests.docs.shown import assert_visited
from tests.integration.stack import Stack, running_stack


@pytest.fixture
def fleet() -> Iterator[Stack]:
    """The whole product in a home of its own, without what other tests set: the defaults are what a reader has."""
    with running_stack("phonefleet-guide-", 3, PHONEFLEET_INTERVAL_UNIT="seconds") as running:
        yield running


@pytest.fixture
def guide_reader(fleet: Stack, run: Callable[..., Done], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    (folder / "fleet").symlink_to(fleet.home)
    replaced = {
        "http://localhost:50809": fleet.endpoints["api"],
        "http://127.0.0.1:4200": fleet.endpoints["prefect"],
        "127.0.0.1:21001": fleet.serials[0],
    }
    return Reader(run, folder, monkeypatch, replaced, {"api_url": fleet.endpoints["api"], "home": str(fleet.home)})


@pytest.mark.timeout(900)
def test_the_guide_works_from_its_first_page_to_its_last_in_one_home(guide_reader: Reader, fleet: Stack) -> None:
    pages = guide()
    assert pages[0] == "docs/guide/install.md"
    assert len(pages) > 10
    for page in pages:
        guide_reader.work_through(page)
    assert_visited(fleet, "person_0982", "person_0983", "person_0984", "person_0985")
